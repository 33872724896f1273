/**
 * The tracker stage inside a log's Flags field (firewall-model 4.2, observed): the low byte. Other codes
 * occur and are not known.
 */
export const TRACKER_CODES: ReadonlyMap<string, number> = new Map([
  ['Aged out', 0x19],
  ['TCP RST - client', 0x1a],
  ['TCP RST - server', 0x1b],
  ['TCP FIN', 0x1c],
]);

/** Documented bits of the Flags field that a capture can tell (firewall-model 7.2). */
export const LOG_FLAG = { IPV6: 0x02000000, NAT: 0x00400000, NON_STANDARD_PORT: 0x00100000 } as const;
