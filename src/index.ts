/**
 * The package's own door: the sessions of a capture as objects.
 *
 *     import { sessions } from 'endreason';
 *
 *     for await (const session of sessions('capture.pcapng')) {
 *       console.log(session.sessionid, session.src, session.dst, session.session_end_reason);
 *     }
 *
 * The same rows as `--format ndjson` prints, in the same order; memory does not grow with the capture.
 */
import { openCaptures } from './capture/open-captures.ts';
import { defaultConfig, type FirewallConfig } from './firewall/config.ts';
import { parseMaxSessions } from './firewall/limits.ts';
import type { NonSynMode } from './firewall/modes.ts';
import { parseTimeoutOption } from './firewall/timeout-option.ts';
import { parseZoneOption } from './firewall/zones.ts';
import { damageText } from './report/capture-document.ts';
import { DEFAULT_LINGER_SECONDS, engineOptions, overrideFirewall } from './report/firewall-in-force.ts';
import { Rebuild } from './report/rebuild.ts';
import { provenRows, type SessionRow, sessionRow } from './report/session-row.ts';
import { EarlierSessions } from './verdict/earlier-sessions.ts';

export { CaptureError } from './capture/record.ts';
export { ConfigError, defaultConfig, type FirewallConfig } from './firewall/config.ts';
export type { NonSynMode } from './firewall/modes.ts';
export { parseConfig } from './firewall/parse-config.ts';
export type { EvidenceRow, PendingRow, SessionRow } from './report/session-row.ts';
export type { Candidate } from './verdict/candidates.ts';

export interface SessionsOptions {
  /** default: the vendor's defaults; `parseConfig` reads a configuration file's text */
  readonly config?: FirewallConfig;
  /** seconds by timeout name as on the command line, e.g. `{ tcp: 1800, 'app:ssl': 900 }` */
  readonly timeouts?: Readonly<Record<string, number>>;
  /** zone by network, e.g. `{ '10.0.0.0/8': 'trust' }` */
  readonly zones?: Readonly<Record<string, string>>;
  /** a TCP tuple first seen without a SYN; default: as configured */
  readonly nonSyn?: NonSynMode;
  /** sessions that the table holds at most; default: as configured, else no limit */
  readonly maxSessions?: number;
  /** let the clock run on after the last packet until every session has ended; default false */
  readonly drain?: boolean;
  /** seconds of packet time for which an ended TCP session collects late packets; default 3600 */
  readonly lingerSeconds?: number;
  /** default false: offload makes captured checksums wrong */
  readonly verifyChecksums?: boolean;
  /** derive `candidates` and `evidence`; default true, empty lists otherwise */
  readonly proof?: boolean;
  /** given one line for whatever was odd about the input, damage included; default: nobody is told */
  readonly warn?: (line: string) => void;
}

/**
 * Rebuilds the sessions of captures: in the order in which they left the table (`end`, then `sessionid`),
 * then the open ones by `sessionid`.
 * @param captures files, directories of them, or `-` for standard input; merged by packet time
 * @throws CaptureError where an input is no capture or cannot be read, before any session is given
 * @throws RangeError for a timeout or a zone that the command line would refuse
 */
export async function* sessions(
  captures: string | readonly string[],
  options: SessionsOptions = {},
): AsyncGenerator<SessionRow, void, undefined> {
  const warn = options.warn ?? (() => {});
  const firewall = overrideFirewall(options.config ?? defaultConfig(), {
    timeouts: Object.entries(options.timeouts ?? {}).map(([name, seconds]) =>
      accepted(parseTimeoutOption(`${name}=${seconds}`)),
    ),
    zones: Object.entries(options.zones ?? {}).map(([network, zone]) =>
      accepted(parseZoneOption(`${network}=${zone}`)),
    ),
    nonSyn: options.nonSyn ?? null,
    maxSessions:
      options.maxSessions === undefined
        ? null
        : accepted(parseMaxSessions(`${options.maxSessions}`)).sessions,
  });
  const engine = engineOptions(firewall, {
    drain: options.drain ?? false,
    lingerSeconds: options.lingerSeconds ?? DEFAULT_LINGER_SECONDS,
    verifyChecksums: options.verifyChecksums ?? false,
    events: options.proof ?? true,
  });
  const input = await openCaptures(typeof captures === 'string' ? [captures] : captures, { warn });
  try {
    const rebuild = new Rebuild(input, engine, warn);
    const row = {
      ...provenRows(
        firewall.config,
        input.files.map((file) => file.name),
      ),
      proof: options.proof ?? true,
    };
    const earlier = new EarlierSessions();
    for await (const batch of rebuild.batches()) {
      for (const facts of batch) yield sessionRow(facts, row, row.proof ? earlier.take(facts) : undefined);
    }
    for (const { name, damage } of input.files) {
      if (damage !== null) warn(damageText(name, damage));
    }
    const fault = rebuild.accountingError();
    if (fault !== null) throw new Error(`the packets do not add up: ${fault}`);
  } finally {
    await input.close();
  }
}

function accepted<T extends object>(value: T | { readonly error: string }): T {
  if ('error' in value) throw new RangeError(value.error as string);
  return value;
}
