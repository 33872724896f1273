/** The words that every command on captures has: the firewall, the run, and what is said on standard error. */
import { type Command, Option } from 'commander';
import { parseMaxSessions } from '../firewall/limits.ts';
import { NON_SYN_MODES, type NonSynMode } from '../firewall/modes.ts';
import { parseTimeoutOption, type TimeoutOption } from '../firewall/timeout-option.ts';
import { parseZoneOption, type ZoneNetwork } from '../firewall/zones.ts';
import { DEFAULT_LINGER_SECONDS } from '../report/firewall-in-force.ts';
import { ENGINE_NAMES, type EngineName } from '../report/rebuild.ts';
import { findTextZone, type TextZone, UTC } from '../report/zone-time.ts';
import { COLOR_MODES, type ColorMode } from './color.ts';
import { UsageError } from './errors.ts';

export interface CaptureWords {
  readonly captures: readonly string[];
  readonly config: string | null;
  readonly timeouts: readonly TimeoutOption[];
  readonly zones: readonly ZoneNetwork[];
  /** null: as configured */
  readonly nonSyn: NonSynMode | null;
  /** null: as configured */
  readonly maxSessions: number | null;
  readonly drain: boolean;
  readonly lingerSeconds: number;
  readonly verifyChecksums: boolean;
  readonly keepDuplicates: boolean;
  readonly inspectTunnels: boolean;
  readonly progress: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly reader: 'builtin' | 'pcap-parser';
  readonly engine: EngineName;
}

/** How a text view looks. */
export interface TextWords {
  readonly output: string | null;
  /** of the text views; null: not given */
  readonly textZone: TextZone | null;
  readonly color: ColorMode;
}

/** As commander hands them over. */
export interface RawCaptureOptions {
  readonly config?: string;
  readonly timeout?: readonly TimeoutOption[];
  readonly zone?: readonly ZoneNetwork[];
  readonly nonSyn?: NonSynMode;
  readonly maxSessions?: number;
  readonly drain?: true;
  readonly linger: number;
  readonly verifyChecksums?: true;
  readonly keepDuplicates?: true;
  readonly inspectTunnels?: true;
  readonly progress: boolean;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly reader: 'builtin' | 'pcap-parser';
  readonly engine: EngineName;
}

export interface RawTextOptions {
  readonly output?: string;
  readonly utc?: true;
  readonly tz?: TextZone;
  readonly color: ColorMode;
}

/** The firewall, and how the run goes. */
export function addFirewallAndRun(command: Command): void {
  command
    .argument('[capture...]')
    .configureHelp({ visibleArguments: () => [] })
    .optionsGroup('The firewall:')
    .option('--config <file>', 'firewall configuration, YAML or JSON')
    .addOption(
      repeated(
        '--timeout <name=seconds>',
        'a session timeout, e.g. tcp=1800 or app:ssl=900',
        parseTimeoutOption,
      ),
    )
    .addOption(repeated('--zone <cidr=name>', 'a zone by network, e.g. 10.0.0.0/8=trust', parseZoneOption))
    .addOption(
      new Option('--non-syn <mode>', 'a TCP session first seen without its SYN').choices(NON_SYN_MODES),
    )
    .addOption(
      new Option('--max-sessions <n>', 'sessions that the table holds at most').argParser(readMaxSessions),
    )
    .optionsGroup('The run:')
    .option('--drain', 'let the clock run on after the last packet until every session has ended')
    .addOption(
      new Option('--linger <seconds>', 'how long an ended TCP session collects late packets')
        .argParser(parseLinger)
        .default(DEFAULT_LINGER_SECONDS),
    )
    .option('--verify-checksums', 'drop packets with a wrong checksum (offload makes captured ones wrong)')
    .option('--keep-duplicates', 'count a packet that was captured twice (several files or interfaces) twice')
    .option('--inspect-tunnels', 'sessions inside tunnels as well');
}

export function addTextOptions(command: Command): void {
  command
    .option('-o, --output <file>', 'write the result to a file')
    .addOption(
      new Option('--tz <zone>', 'time zone of the table, e.g. Europe/Berlin').argParser(parseTextZone),
    )
    .addOption(new Option('--utc', 'the table in UTC (default)').conflicts('tz'))
    .addOption(new Option('--color <when>', 'colours').choices(COLOR_MODES).default('auto'));
}

/** Messages, help, and the options of tests; the last group of a command. */
export function addMessages(command: Command): void {
  command
    .optionsGroup('Messages and help:')
    .option('--no-progress', 'no progress bar')
    .option('-q, --quiet', 'only errors and damage')
    .option('-v, --verbose', 'also what was used')
    .helpOption('-h, --help', 'print this help')
    .addOption(
      new Option('--reader <name>').choices(['builtin', 'pcap-parser']).default('builtin').hideHelp(),
    )
    .addOption(new Option('--engine <name>').argParser(parseEngine).default('fast').hideHelp());
}

/** @throws UsageError where no capture is named */
export function captureWords(captures: readonly string[], raw: RawCaptureOptions): CaptureWords {
  if (captures.length === 0) {
    throw new UsageError('no capture is named; give a file, a directory, or - for standard input');
  }
  return {
    captures,
    config: raw.config ?? null,
    timeouts: raw.timeout ?? [],
    zones: raw.zone ?? [],
    nonSyn: raw.nonSyn ?? null,
    maxSessions: raw.maxSessions ?? null,
    drain: raw.drain ?? false,
    lingerSeconds: raw.linger,
    verifyChecksums: raw.verifyChecksums ?? false,
    keepDuplicates: raw.keepDuplicates ?? false,
    inspectTunnels: raw.inspectTunnels ?? false,
    progress: raw.progress,
    quiet: raw.quiet ?? false,
    verbose: raw.verbose ?? false,
    reader: raw.reader,
    engine: raw.engine,
  };
}

export function textWords(raw: RawTextOptions): TextWords {
  return {
    output: raw.output ?? null,
    textZone: raw.tz ?? (raw.utc === true ? UTC : null),
    color: raw.color,
  };
}

/**
 * The format of a command that has `--json` beside `--format`.
 * @throws UsageError where the two contradict each other
 */
export function formatOf<T extends string>({
  json,
  format,
}: {
  readonly json?: true;
  readonly format?: T;
}): T | 'json' | 'table' {
  if (json !== true) return format ?? 'table';
  if (format !== undefined && format !== 'json') {
    throw new UsageError(`--json and --format ${format} contradict each other; give one of them`);
  }
  return 'json';
}

/** An option that may be given several times; `parse` returns the value or the line that refuses it. */
export function repeated<T extends object>(
  flags: string,
  description: string,
  parse: (text: string) => T | { readonly error: string },
): Option {
  return new Option(flags, `${description} (repeatable)`).argParser(
    (text: string, previous: readonly T[] = []) => {
      const value = parse(text);
      if ('error' in value) throw new UsageError(value.error as string);
      return [...previous, value];
    },
  );
}

/** @throws UsageError unless this version has the engine */
export function parseEngine(text: string): EngineName {
  const engine = ENGINE_NAMES.find((name) => name === text);
  if (engine === undefined) {
    throw new UsageError(`--engine ${text}: unknown engine; allowed: ${ENGINE_NAMES.join(', ')}`);
  }
  return engine;
}

function readMaxSessions(text: string): number {
  const value = parseMaxSessions(text);
  if ('error' in value) throw new UsageError(value.error);
  return value.sessions;
}

function parseLinger(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--linger ${text}: give whole seconds, e.g. 600`);
  return Number(text);
}

function parseTextZone(text: string): TextZone {
  const zone = findTextZone(text);
  if (zone === null) {
    throw new UsageError(`--tz ${text}: unknown time zone; give an IANA name such as Europe/Berlin`);
  }
  return zone;
}
