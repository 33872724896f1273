import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fatalTlsAlert, TLS_ALERT_REASONS, TLS_ALERT_ROWS } from '../../../src/firewall/app-id/tls-alert.ts';
import { bytes, CLIENT_HELLO } from './payloads.ts';

const alert = (level: number, number: number, minor = 3) => Uint8Array.of(21, 3, minor, 0, 2, level, number);

// firewall-model 9, typed in again on purpose
test.each([
  ['decrypt-cert-validation', [41, 42, 43, 44, 49]],
  ['decrypt-unsupport-param', [10, 40, 110]],
  [
    'decrypt-error',
    [20, 21, 22, 30, 45, 46, 47, 48, 50, 51, 60, 70, 71, 80, 86, 90, 100, 109, 111, 112, 113, 115, 116, 120],
  ],
])('%s', (reason, alerts) => {
  expect(TLS_ALERT_ROWS.filter((row) => row.reason === reason).map((row) => row.alert)).toEqual(alerts);
});

test.each([
  [40, 'handshake_failure'],
  [45, 'certificate_expired'],
  [48, 'unknown_ca'],
  [70, 'protocol_version'],
  [116, 'certificate_required'],
  [120, 'no_application_protocol'],
])('alert %d is %s (RFC 8446 6)', (number, name) => {
  expect(TLS_ALERT_REASONS.get(number)?.name).toBe(name);
});

describe('fatal alert in clear', () => {
  test.each(TLS_ALERT_ROWS)('$name', ({ alert: number }) => {
    expect(fatalTlsAlert(alert(2, number))).toBe(number);
  });
  test('as a client sent it that rejects a certificate', () => {
    expect(fatalTlsAlert(bytes('1503030002022d'))).toBe(45);
  });
  test('behind other records of the same segment', () => {
    expect(fatalTlsAlert(bytes(`140303000101${'1503030002022d'}`))).toBe(45);
    expect(fatalTlsAlert(bytes(`${CLIENT_HELLO}15030100020228`))).toBe(40);
  });
  test('a number that no table has', () => {
    expect(fatalTlsAlert(alert(2, 200))).toBe(200);
  });
});

test.each([
  ['a warning', alert(1, 40)],
  ['close_notify', alert(2, 0)],
  ['a protected alert', bytes('1503030012020000000000000000000000000000000000')],
  ['application data', bytes('1703030013aa020000000000000000000000000000000000')],
  ['a version of no TLS', alert(2, 40, 5)],
  ['a record cut before its number', bytes('150303000202')],
  ['nothing', new Uint8Array(0)],
  ['text', bytes('HTTP/1.1 200 OK\r\n')],
])('%s is none', (_, payload) => {
  expect(fatalTlsAlert(payload)).toBeNull();
});

test('random bytes hold none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
      expect(fatalTlsAlert(payload)).toBeNull();
    }),
    { numRuns: 2000 },
  );
});
