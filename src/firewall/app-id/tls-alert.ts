/**
 * Fatal TLS alerts in clear, and the end reason that the firewall gives each of them where a decryption
 * rule holds (firewall-model 9; numbers: RFC 5246 7.2, RFC 8446 6). Without such a rule an alert only
 * explains a close.
 */

export type DecryptEndReason = 'decrypt-cert-validation' | 'decrypt-unsupport-param' | 'decrypt-error';

export interface TlsAlertRow {
  readonly alert: number;
  readonly name: string;
  /** a fatal alert without a row is one of "every other fatal alert": decrypt-error */
  readonly reason: DecryptEndReason;
}

/**
 * certificate_expired, certificate_unknown, unknown_ca and protocol_version stand under decrypt-error:
 * the published lists name them nowhere else. The firewall's own findings of the same kind map as named.
 */
export const TLS_ALERT_ROWS: readonly TlsAlertRow[] = [
  { alert: 10, name: 'unexpected_message', reason: 'decrypt-unsupport-param' },
  { alert: 20, name: 'bad_record_mac', reason: 'decrypt-error' },
  { alert: 21, name: 'decryption_failed', reason: 'decrypt-error' },
  { alert: 22, name: 'record_overflow', reason: 'decrypt-error' },
  { alert: 30, name: 'decompression_failure', reason: 'decrypt-error' },
  { alert: 40, name: 'handshake_failure', reason: 'decrypt-unsupport-param' },
  { alert: 41, name: 'no_certificate', reason: 'decrypt-cert-validation' },
  { alert: 42, name: 'bad_certificate', reason: 'decrypt-cert-validation' },
  { alert: 43, name: 'unsupported_certificate', reason: 'decrypt-cert-validation' },
  { alert: 44, name: 'certificate_revoked', reason: 'decrypt-cert-validation' },
  { alert: 45, name: 'certificate_expired', reason: 'decrypt-error' },
  { alert: 46, name: 'certificate_unknown', reason: 'decrypt-error' },
  { alert: 47, name: 'illegal_parameter', reason: 'decrypt-error' },
  { alert: 48, name: 'unknown_ca', reason: 'decrypt-error' },
  { alert: 49, name: 'access_denied', reason: 'decrypt-cert-validation' },
  { alert: 50, name: 'decode_error', reason: 'decrypt-error' },
  { alert: 51, name: 'decrypt_error', reason: 'decrypt-error' },
  { alert: 60, name: 'export_restriction', reason: 'decrypt-error' },
  { alert: 70, name: 'protocol_version', reason: 'decrypt-error' },
  { alert: 71, name: 'insufficient_security', reason: 'decrypt-error' },
  { alert: 80, name: 'internal_error', reason: 'decrypt-error' },
  { alert: 86, name: 'inappropriate_fallback', reason: 'decrypt-error' },
  { alert: 90, name: 'user_canceled', reason: 'decrypt-error' },
  { alert: 100, name: 'no_renegotiation', reason: 'decrypt-error' },
  { alert: 109, name: 'missing_extension', reason: 'decrypt-error' },
  { alert: 110, name: 'unsupported_extension', reason: 'decrypt-unsupport-param' },
  { alert: 111, name: 'certificate_unobtainable', reason: 'decrypt-error' },
  { alert: 112, name: 'unrecognized_name', reason: 'decrypt-error' },
  { alert: 113, name: 'bad_certificate_status_response', reason: 'decrypt-error' },
  { alert: 115, name: 'unknown_psk_identity', reason: 'decrypt-error' },
  { alert: 116, name: 'certificate_required', reason: 'decrypt-error' },
  { alert: 120, name: 'no_application_protocol', reason: 'decrypt-error' },
];

/** The same rows by alert number. */
export const TLS_ALERT_REASONS: ReadonlyMap<number, TlsAlertRow> = new Map(
  TLS_ALERT_ROWS.map((row) => [row.alert, row]),
);

/** Applications that run over TLS: the client says the server's name in its hello, and alerts may be seen in clear. */
export const OVER_TLS: ReadonlySet<string> = new Set(['ssl', 'panorama']);

const ALERT_RECORD = 21;
const FATAL = 2;
/** says that the sender is done, which is no failure, whatever level it is sent at */
const CLOSE_NOTIFY = 0;

/**
 * The number of the first fatal alert in clear among the TLS records of a segment, or null. The payload
 * must begin at a record; a protected alert is longer than two bytes (or typed as application data) and
 * is never taken for one in clear.
 */
export function fatalTlsAlert(payload: Uint8Array): number | null {
  let at = 0;
  while (at + 7 <= payload.length) {
    const type = payload[at]!;
    if (type < 20 || type > 23 || payload[at + 1] !== 3 || payload[at + 2]! > 4) return null;
    const length = (payload[at + 3]! << 8) | payload[at + 4]!;
    if (type === ALERT_RECORD && length === 2 && payload[at + 5] === FATAL) {
      const alert = payload[at + 6]!;
      return alert === CLOSE_NOTIFY ? null : alert;
    }
    at += 5 + length;
  }
  return null;
}
