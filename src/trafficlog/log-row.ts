/**
 * One line of a traffic log as the firewall wrote it, whatever the format it came in (firewall-model 7.1,
 * 7.2). Text that repeats is one string, so that millions of rows fit in memory.
 *
 * null: the log has no such field (an older release, a column that was not exported, a format without
 * it), or a number's or a time's field is empty. An empty text field is ''.
 */
export interface LogRow {
  /** index into the files of the input */
  readonly file: number;
  /** 1-based line in the (decompressed) file; the first one of an entry that spans several */
  readonly line: number;
  /** serial number of the firewall, where there is none its name; null: the log does not say */
  readonly device: string | null;
  /** `start end drop deny` */
  readonly subtype: string;
  /**
   * Times in seconds since 1970 of the clock on the device's wall, as if that were UTC: whole seconds in
   * most formats. `resolveTime` makes them absolute.
   */
  readonly receive: number | null;
  readonly generated: number | null;
  readonly start: number | null;
  /** seconds by which that wall clock is ahead of UTC, where the line itself tells; null: nothing but a zone does */
  readonly utcOffset: number | null;
  /** when the log was generated in seconds since 1970 (UTC), with milliseconds: PAN-OS 10.0 and later */
  readonly highResolution: number | null;
  /** whole seconds */
  readonly elapsed: number | null;
  /** addresses in their usual spelling (RFC 5952) */
  readonly src: string;
  readonly dst: string;
  readonly sport: number | null;
  readonly dport: number | null;
  /** as logged: 0.0.0.0, :: or '' where nothing is translated; `translatedAddress` tells */
  readonly natsrc: string | null;
  readonly natdst: string | null;
  readonly natsport: number | null;
  readonly natdport: number | null;
  /** as a session prints it: `tcp`, `ipv6-icmp`, or the number */
  readonly proto: string | null;
  readonly app: string | null;
  readonly rule: string | null;
  /** `allow deny drop drop-icmp reset-client reset-server reset-both` */
  readonly action: string | null;
  readonly actionSource: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly inbound: string | null;
  readonly outbound: string | null;
  readonly vsys: string | null;
  /** 0 in a `drop` log: no session was created */
  readonly sessionId: number | null;
  readonly repeatCount: number | null;
  readonly flags: number | null;
  /** from the low byte of the flags, or as the command line prints it (firewall-model 4.2) */
  readonly trackerStage: string | null;
  readonly bytes: number | null;
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly packets: number | null;
  readonly packetsSent: number | null;
  readonly packetsReceived: number | null;
  readonly endReason: string | null;
  /** session around this one, or 0 */
  readonly parentSessionId: number | null;
  /** PAN-OS 12 and later */
  readonly tcp: TcpCounters | null;
}

/** Counters of the two directions, client to server first; units as the firewall logs them. */
export interface TcpCounters {
  readonly roundTrip: readonly [number | null, number | null];
  readonly outOfOrder: readonly [number | null, number | null];
  readonly retransmissions: readonly [number | null, number | null];
  readonly zeroWindows: readonly [number | null, number | null];
}

const UNTRANSLATED: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

/** The address behind NAT, or null where nothing is translated or the log does not say. */
export function translatedAddress(address: string | null): string | null {
  return address === null || UNTRANSLATED.has(address) ? null : address;
}
