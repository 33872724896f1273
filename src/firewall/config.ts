/**
 * The firewall as configured, and the vendor's defaults where nothing is; parse-config.ts reads it from the
 * configuration file.
 */
import { type ApplicationTimers, defaultApplicationTimers } from './application-timers.ts';
import { defaultLimits, type LimitsConfig } from './limits.ts';
import type {
  AsymmetricPathMode,
  ChallengeAckMode,
  LogElapsedMode,
  NonSynMode,
  ReuseReason,
} from './modes.ts';
import { defaultTimeouts, type Timeouts } from './timeouts.ts';
import type { ZoneNetwork } from './zones.ts';

/** A configuration file that cannot be used; `message` is the one line for the user. Exit status 2. */
export class ConfigError extends Error {}

export interface ZoneConfig {
  readonly name: string;
  /** kept as a name; packets are assigned to zones by network */
  readonly interface: string | null;
  /** CIDR, as written */
  readonly networks: readonly string[];
}

/** TCP settings (firewall-model 3.5), and what the model leaves open. */
export interface TcpConfig {
  readonly nonSyn: NonSynMode;
  readonly asymmetricPath: AsymmetricPathMode;
  /** segments a flow may hold out of order */
  readonly outOfOrderLimit: number;
  readonly challengeAck: ChallengeAckMode;
  readonly strictRst: boolean;
  /** packets restart the discard timer (firewall-model 3.2) */
  readonly refreshDiscard: boolean;
  /** packets restart half-closed and time-wait (firewall-model 3.2, inferred) */
  readonly refreshAfterFin: boolean;
  /** reason of a session that a new SYN ended (firewall-model 3.7) */
  readonly reuseReason: ReuseReason;
  /** data of its own sender disproves an unverified RST (firewall-model 3.6, inferred) */
  readonly unverifiedRstRestore: boolean;
}

export interface FirewallConfig {
  readonly vsys: string;
  readonly zones: readonly ZoneConfig[];
  readonly timeouts: Timeouts;
  readonly applications: ApplicationTimers;
  readonly tcp: TcpConfig;
  /** both reached without a match, App-ID gives up (firewall-model 5) */
  readonly appId: { readonly maxPackets: number; readonly maxBytes: number };
  readonly log: { readonly elapsed: LogElapsedMode };
  readonly limits: LimitsConfig;
}

/** The firewall without a configuration file: no zones, everything allowed, the default timers. */
export function defaultConfig(): FirewallConfig {
  return {
    vsys: 'vsys1',
    zones: [],
    timeouts: defaultTimeouts(),
    applications: defaultApplicationTimers(),
    tcp: {
      nonSyn: 'midstream',
      asymmetricPath: 'drop',
      outOfOrderLimit: 64,
      challengeAck: 'drop',
      strictRst: true,
      refreshDiscard: false,
      refreshAfterFin: true,
      reuseReason: 'tcp-reuse',
      unverifiedRstRestore: true,
    },
    appId: { maxPackets: 4, maxBytes: 2000 },
    log: { elapsed: 'auto' },
    limits: defaultLimits(),
  };
}

/** The configured networks in file order, ready for `compileZones`. */
export function zoneNetworks(config: FirewallConfig): ZoneNetwork[] {
  return config.zones.flatMap((zone) => zone.networks.map((network) => ({ network, zone: zone.name })));
}
