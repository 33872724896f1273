/** The firewall that a run applies: what the engine needs of it, and how the output shows it. */
import { type FirewallConfig, zoneNetworks } from '../firewall/config.ts';
import type { LimitsConfig } from '../firewall/limits.ts';
import type { NonSynMode } from '../firewall/modes.ts';
import { applyTimeoutOptions, type TimeoutOption } from '../firewall/timeout-option.ts';
import { TIMEOUT_NAMES } from '../firewall/timeouts.ts';
import { compileZones, type ZoneNetwork } from '../firewall/zones.ts';
import { type EngineOptions, LINGER_CAPACITY, type SessionLimits } from '../session/options.ts';

/** A configuration with the command line laid over it. */
export interface FirewallInForce {
  readonly config: FirewallConfig;
  /** networks of the configuration, then those of the command line; of two equal ones the later wins */
  readonly networks: readonly ZoneNetwork[];
}

/** What is laid over a configuration. */
export interface FirewallOverrides {
  readonly timeouts: readonly TimeoutOption[];
  readonly zones: readonly ZoneNetwork[];
  /** null: as configured */
  readonly nonSyn: NonSynMode | null;
  /** null: as configured */
  readonly maxSessions: number | null;
}

export function overrideFirewall(configured: FirewallConfig, over: FirewallOverrides): FirewallInForce {
  const timed = applyTimeoutOptions(configured, over.timeouts);
  const { tcp, limits } = configured;
  const config = {
    ...timed,
    tcp: { ...tcp, nonSyn: over.nonSyn ?? tcp.nonSyn },
    limits: { ...limits, maxSessions: over.maxSessions ?? limits.maxSessions },
  };
  return { config, networks: [...zoneNetworks(config), ...over.zones] };
}

/** What a run asks for beside the firewall. */
export interface RunOptions {
  readonly drain: boolean;
  /** seconds of packet time for which an ended TCP session collects late packets */
  readonly lingerSeconds: number;
  readonly verifyChecksums: boolean;
  /** count a packet that was captured twice as often as it was captured; false where not given */
  readonly keepDuplicates?: boolean;
  /** sessions inside tunnels as well; false where not given */
  readonly inspectTunnels?: boolean;
  /** nothing but sums over the sessions is asked for; false where not given */
  readonly totalsOnly?: boolean;
  /** keep what evidence is made of; true where not given */
  readonly events?: boolean;
}

export const DEFAULT_LINGER_SECONDS = 3600;

export function engineOptions(firewall: FirewallInForce, run: RunOptions): EngineOptions {
  const { config } = firewall;
  return {
    timeouts: config.timeouts,
    applicationTimers: config.applications,
    zones: compileZones(firewall.networks),
    nonSyn: config.tcp.nonSyn,
    asymmetricPath: config.tcp.asymmetricPath,
    challengeAck: config.tcp.challengeAck,
    strictRst: config.tcp.strictRst,
    refreshAfterFin: config.tcp.refreshAfterFin,
    unverifiedRstRestore: config.tcp.unverifiedRstRestore,
    appIdMaxPackets: config.appId.maxPackets,
    appIdMaxBytes: config.appId.maxBytes,
    lingerSeconds: run.lingerSeconds,
    lingerCapacity: LINGER_CAPACITY,
    limits: sessionLimits(config.limits),
    drain: run.drain,
    verifyChecksums: run.verifyChecksums,
    dropDuplicates: !(run.keepDuplicates ?? false),
    inspectTunnels: run.inspectTunnels ?? false,
    totalsOnly: run.totalsOnly ?? false,
    events: run.events ?? true,
  };
}

function sessionLimits({ maxSessions, acceleratedAging }: LimitsConfig): SessionLimits | null {
  if (maxSessions === null) return null;
  const { enabled, threshold, scaling } = acceleratedAging;
  return { maxSessions, aging: enabled ? { threshold, scaling } : null };
}

/** `firewall` of the JSON output: everything that a verdict can depend on, so that a run can be repeated. */
export interface FirewallDocument {
  readonly vsys: string;
  /** seconds, in the order of the timeout table */
  readonly timeouts: Readonly<Record<string, number>>;
  /** seconds that applications set for themselves, by application and field */
  readonly applications: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** networks by zone */
  readonly zones: Readonly<Record<string, readonly string[]>>;
  readonly non_syn: string;
  readonly tcp: Readonly<Record<string, string | number | boolean>>;
  readonly app_id: Readonly<Record<string, number>>;
  readonly limits: {
    readonly max_sessions: number | null;
    readonly when_full: string;
    readonly accelerated_aging: Readonly<Record<string, number | boolean>>;
  };
}

export function firewallDocument({ config, networks }: FirewallInForce): FirewallDocument {
  const { tcp, limits } = config;
  return {
    vsys: config.vsys,
    timeouts: Object.fromEntries(TIMEOUT_NAMES.map((name) => [name, config.timeouts[name]])),
    applications: Object.fromEntries(
      [...config.applications]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([app, timers]) => [app, { ...timers }]),
    ),
    zones: networksByZone(networks),
    non_syn: tcp.nonSyn,
    tcp: {
      asymmetric_path: tcp.asymmetricPath,
      out_of_order_limit: tcp.outOfOrderLimit,
      challenge_ack: tcp.challengeAck,
      strict_rst: tcp.strictRst,
      refresh_discard: tcp.refreshDiscard,
      refresh_after_fin: tcp.refreshAfterFin,
      reuse_reason: tcp.reuseReason,
      unverified_rst_restore: tcp.unverifiedRstRestore,
    },
    app_id: { max_packets: config.appId.maxPackets, max_bytes: config.appId.maxBytes },
    limits: {
      max_sessions: limits.maxSessions,
      when_full: limits.whenFull,
      accelerated_aging: { ...limits.acceleratedAging },
    },
  };
}

function networksByZone(networks: readonly ZoneNetwork[]): Record<string, string[]> {
  const zoneOfNetwork = new Map(networks.map(({ network, zone }) => [network, zone]));
  const zones: Record<string, string[]> = {};
  for (const [network, zone] of zoneOfNetwork) {
    zones[zone] ??= [];
    zones[zone].push(network);
  }
  return zones;
}
