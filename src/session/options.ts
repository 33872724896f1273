/** What an engine must be told; the command line and the configuration file both end here. */
import type { ApplicationTimers } from '../firewall/application-timers.ts';
import type { Timeouts } from '../firewall/timeouts.ts';
import type { ZoneLookup } from '../firewall/zones.ts';

/** A table with a limit (firewall-model 3.4, 11). */
export interface SessionLimits {
  /** live sessions at most; a packet that would open one more is refused */
  readonly maxSessions: number;
  /**
   * From `threshold` percent of the limit on every timer is divided by `scaling`, to the nanosecond below;
   * null: never
   */
  readonly aging: { readonly threshold: number; readonly scaling: number } | null;
}

export interface EngineOptions {
  readonly timeouts: Timeouts;
  readonly applicationTimers: ApplicationTimers;
  readonly zones: ZoneLookup;
  /** what becomes of a TCP tuple first seen without a SYN (interface.md "First seen without a SYN") */
  readonly nonSyn: 'midstream' | 'reject' | 'accept';
  /** `bypass` skips the window check (firewall-model 3.5) */
  readonly asymmetricPath: 'drop' | 'bypass';
  /** whether a bare ACK that does not fit the SYN it answers passes (firewall-model 3.5) */
  readonly challengeAck: 'drop' | 'allow';
  /** false: every RST that is not out of window counts as verified (firewall-model 3.5) */
  readonly strictRst: boolean;
  /** packets restart half-closed and time-wait (firewall-model 3.2, inferred) */
  readonly refreshAfterFin: boolean;
  /** data of its sender disproves an unverified RST (firewall-model 3.6, inferred) */
  readonly unverifiedRstRestore: boolean;
  /** App-ID gives up once both are reached without a match (firewall-model 5) */
  readonly appIdMaxPackets: number;
  readonly appIdMaxBytes: number;
  /** seconds of packet time for which an ended TCP session collects `after_end` */
  readonly lingerSeconds: number;
  /** ended sessions held back at most, in order of `end`, for `after_end` */
  readonly lingerCapacity: number;
  /** null: the table has no limit */
  readonly limits: SessionLimits | null;
  /** let the clock run on after the last packet until the table is empty */
  readonly drain: boolean;
  readonly verifyChecksums: boolean;
  /** look for packets that were captured twice; off with `--keep-duplicates` */
  readonly dropDuplicates: boolean;
  /** sessions inside tunnels as well, with `parent` */
  readonly inspectTunnels: boolean;
  /** the input is several files: evidence names them; false where not given */
  readonly severalFiles?: boolean;
  /** nothing but sums over the sessions will be asked for; false where not given */
  readonly totalsOnly?: boolean;
  /** keep the noteworthy packets of each session: only formats that print evidence need them */
  readonly events: boolean;
}

/** Default of `lingerCapacity`: with their evidence, under 1 GiB of sessions in the reference engine. */
export const LINGER_CAPACITY = 65_536;
