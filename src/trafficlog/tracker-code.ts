/**
 * The tracker stage inside a log's Flags field (firewall-model 4.2, observed): the low byte. Other codes
 * occur and are not known.
 */
import type { TrackerStage } from '../verdict/precedence.ts';

export const TRACKER_CODES: ReadonlyMap<string, number> = new Map([
  ['Aged out', 0x19],
  ['TCP RST - client', 0x1a],
  ['TCP RST - server', 0x1b],
  ['TCP FIN', 0x1c],
]);

/** All stages that the command line prints (firewall-model 4.1); for those without a code none was ever seen. */
export const TRACKER_STAGES: readonly TrackerStage[] = [
  'Aged out',
  'TCP FIN',
  'TCP RST - client',
  'TCP RST - server',
  'appid policy lookup deny',
  'mitigation tdb',
  'resource limit',
  'host service',
];

const STAGES: ReadonlyMap<number, string> = new Map([...TRACKER_CODES].map(([stage, code]) => [code, stage]));

/** The stage that a log's flags hold; null where the low byte is 0 (start and drop lines) or not known. */
export function trackerStage(flags: number): string | null {
  return STAGES.get(flags % 0x100) ?? null;
}

/** Documented bits of the Flags field that a capture can tell (firewall-model 7.2). */
export const LOG_FLAG = { IPV6: 0x02000000, NAT: 0x00400000, NON_STANDARD_PORT: 0x00100000 } as const;
