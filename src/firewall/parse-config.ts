/**
 * The configuration file (interface.md "The firewall configuration file"; YAML, of which JSON is a subset),
 * checked and filled up with the vendor's defaults. Apart from config.ts, since most runs read none.
 */
import { LineCounter, parseDocument } from 'yaml';
import { type ApplicationOverride, overrideApplication } from './application-timers.ts';
import { ConfigError, defaultConfig, type FirewallConfig, zoneNetworks } from './config.ts';
import { findPosition } from './config-position.ts';
import type { AcceleratedAging } from './limits.ts';
import { configSchema, type RawConfig, UNSUPPORTED } from './schema.ts';
import type { TimeoutName } from './timeouts.ts';
import { findZoneClash } from './zones.ts';

/**
 * Reads a configuration file.
 * @param fileName for error lines only
 * @throws ConfigError naming file, line, path and what is allowed
 */
export function parseConfig(text: string, fileName: string): FirewallConfig {
  if (text.trimStart().startsWith('<')) {
    throw new ConfigError(
      `${fileName}: a PAN-OS XML configuration is not supported by this version; give YAML or JSON`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;

  const syntaxError = document.errors[0];
  if (syntaxError !== undefined) {
    const what = syntaxError.message.split('\n')[0];
    throw new ConfigError(`${fileName}:${lineAt(syntaxError.pos[0])}: no valid YAML: ${what}`);
  }

  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    throw new ConfigError(
      `${fileName}: no valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  const checked = configSchema.safeParse(withoutEmptySections(content));
  if (!checked.success) {
    const [first, ...others] = checked.error.issues
      .map((issue) => {
        const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
        return { path, what: issue.message, offset: findPosition(document, path) };
      })
      .sort((a, b) => a.offset - b.offset);
    throw configError(fileName, lineAt(first!.offset), first!.path, first!.what, others.length);
  }

  const config = fromRaw(checked.data);
  const clash = findZoneClash(zoneNetworks(config));
  if (clash !== null) {
    const path = ['zones', clash.zones[1], 'networks'];
    const what = `${clash.network} already belongs to zone ${clash.zones[0]}; a network has one zone`;
    throw configError(fileName, lineAt(findPosition(document, path)), path, what, 0);
  }
  return config;
}

/** A section whose lines are all commented out reads as null in YAML, and means nothing was given. */
function withoutEmptySections(content: unknown): unknown {
  if (content === null || content === undefined) return {};
  if (typeof content !== 'object' || Array.isArray(content)) return content;
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null));
}

function configError(
  fileName: string,
  line: number,
  path: readonly PropertyKey[],
  what: string,
  others: number,
): ConfigError {
  const where = path.map(String).join('.');
  const clause = where === '' ? what : what === UNSUPPORTED ? `${where} ${what}` : `${where}: ${what}`;
  const more = others === 0 ? '' : ` (and ${others} more)`;
  return new ConfigError(`${fileName}:${line}: ${clause}${more}`);
}

function fromRaw(raw: RawConfig): FirewallConfig {
  const base = defaultConfig();
  const timeouts: Record<TimeoutName, number> = { ...base.timeouts, ...given(raw.timeouts ?? {}) };
  let applications = base.applications;
  for (const [app, timers] of Object.entries(raw.applications ?? {})) {
    applications = overrideApplication(applications, app, given<ApplicationOverride>(timers));
  }
  const tcp = raw.tcp ?? {};
  return {
    vsys: raw.vsys ?? base.vsys,
    zones: Object.entries(raw.zones ?? {}).map(([name, zone]) => ({
      name,
      interface: zone.interface ?? null,
      networks: zone.networks ?? [],
    })),
    timeouts,
    applications,
    tcp: {
      nonSyn: tcp['non-syn'] ?? base.tcp.nonSyn,
      asymmetricPath: tcp['asymmetric-path'] ?? base.tcp.asymmetricPath,
      outOfOrderLimit: tcp['out-of-order-limit'] ?? base.tcp.outOfOrderLimit,
      challengeAck: tcp['challenge-ack'] ?? base.tcp.challengeAck,
      strictRst: tcp['strict-rst'] ?? base.tcp.strictRst,
      refreshDiscard: tcp['refresh-discard'] ?? base.tcp.refreshDiscard,
      refreshAfterFin: tcp['refresh-after-fin'] ?? base.tcp.refreshAfterFin,
      reuseReason: tcp['reuse-reason'] ?? base.tcp.reuseReason,
      unverifiedRstRestore: tcp['unverified-rst-restore'] ?? base.tcp.unverifiedRstRestore,
    },
    appId: {
      maxPackets: raw['app-id']?.['max-packets'] ?? base.appId.maxPackets,
      maxBytes: raw['app-id']?.['max-bytes'] ?? base.appId.maxBytes,
    },
    log: { elapsed: raw.log?.elapsed ?? base.log.elapsed },
    limits: {
      maxSessions: raw.limits?.['max-sessions'] ?? base.limits.maxSessions,
      whenFull: raw.limits?.['when-full'] ?? base.limits.whenFull,
      acceleratedAging: {
        ...base.limits.acceleratedAging,
        ...given<Partial<AcceleratedAging>>(raw.limits?.['accelerated-aging'] ?? {}),
      },
    },
  };
}

/** Without the keys whose value is undefined, so that they cannot displace a default. */
function given<T extends object>(values: { [K in keyof T]?: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
