/**
 * The door to traffic logs: names in, rows out, file by file in the order of the names.
 *
 * Every file is looked at before any row is given, so that an input that is no log is found at once; it is
 * opened again when its turn comes. What cannot be opened twice (standard input, a named pipe) stays open.
 */
import { fillTo, type OpenBytes, openBytes, type ReadOptions, type Target } from '../capture/open-bytes.ts';
import { emptyDirectory, findTargets, type NamedThing } from '../capture/open-names.ts';
import { describeError } from '../capture/open-source.ts';
import { foreignOf } from '../capture/sniff.ts';
import { emptyLogFile, type LogFile } from './log-counts.ts';
import { LogError } from './log-error.ts';
import { LineSplitter } from './log-lines.ts';
import { LogReader } from './log-reader.ts';
import type { LogRow } from './log-row.ts';
import { MalformedLines } from './malformed-lines.ts';
import { decodeUtf8 } from './open-text.ts';

export interface OpenLogsOptions {
  /** bytes asked of the operating system at once, default 65536 */
  readonly readBytes?: number;
  /** is given one line for what is left out or skipped */
  readonly warn?: (line: string) => void;
  /** in place of the process's standard input, for tests */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/** All logs of one run. */
export interface LogInput {
  /** what was found in each; complete once the rows have been read to their end */
  readonly files: readonly LogFile[];
  /** non-empty batches in the order of files and lines; never throws for what a line holds */
  rows(): AsyncGenerator<LogRow[]>;
  /** releases what is open; safe to call at any time */
  close(): Promise<void>;
}

/** Text of this size is allocated in memory that is used again and again. */
const READ_BYTES = 65_536;
/** Bytes in which the first line of a log has to stand: other programs' lines may come before it. */
const PROBE_BYTES = 1_048_576;
const FIRST_PROBE_BYTES = 65_536;
const ADVICE =
  'give a traffic log as exported from the firewall (CSV), sent by syslog, or printed by show log traffic';

const LOG: NamedThing = {
  noun: 'log',
  holds: 'traffic logs',
  failure: (line) => new LogError(line),
};

interface Probe {
  readonly target: Target;
  /** still open where it cannot be opened again */
  readonly content: OpenBytes | null;
}

/**
 * Opens traffic logs: files, directories of files, `-` for standard input, plain or compressed with gzip or
 * zstd.
 * @throws LogError before anything is processed if any of them cannot be used; in a directory, files that
 *   are no logs are skipped with a warning instead
 */
export async function openTrafficLogs(
  names: readonly string[],
  options: OpenLogsOptions = {},
): Promise<LogInput> {
  const warn = options.warn ?? (() => {});
  const read: ReadOptions = {
    readBytes: options.readBytes ?? READ_BYTES,
    stdin: () => options.stdin ?? process.stdin,
  };
  const targets = await findTargets(names, warn, LOG);
  const probes: Probe[] = [];
  const open = new Set<OpenBytes>();
  const close = async (): Promise<void> => {
    for (const content of open) await content.source.close();
    open.clear();
  };
  try {
    for (const target of targets) {
      const probe = await probeOrSkip(target, read, warn);
      if (probe === null) continue;
      probes.push(probe);
      if (probe.content !== null) open.add(probe.content);
    }
    for (const { directory } of targets) {
      if (directory !== null && !probes.some((probe) => probe.target.directory === directory)) {
        throw emptyDirectory(directory, LOG);
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  const files = probes.map(({ target }) => emptyLogFile(target.name));
  return {
    files,
    close,
    rows: async function* () {
      for (const [index, probe] of probes.entries()) {
        yield* rowsOf(probe, files[index]!, index, read, warn, open);
      }
    },
  };
}

async function probeOrSkip(
  target: Target,
  read: ReadOptions,
  warn: (line: string) => void,
): Promise<Probe | null> {
  try {
    return await probe(target, read);
  } catch (error) {
    const why =
      error instanceof LogError
        ? error.message
        : `${describeError(error)}: check the name and its permissions`;
    const line = `${target.name}: ${why}`;
    if (target.directory === null) throw new LogError(line);
    warn(`${line}; skipped`);
    return null;
  }
}

/** @throws LogError without the target's name */
async function probe(target: Target, read: ReadOptions): Promise<Probe> {
  const content = await openBytes(target, read, () => {});
  try {
    const { window, source } = content;
    for (let bytes = FIRST_PROBE_BYTES; ; bytes *= 4) {
      await fillTo(window, source, bytes);
      if (isLog(content)) break;
      if (window.ended || bytes >= PROBE_BYTES) throw new LogError(describeForeign(content, target.name));
    }
    if (!target.isFile) return { target, content };
    await source.close();
    return { target, content: null };
  } catch (error) {
    await content.source.close();
    throw error;
  }
}

const ahead = ({ window }: OpenBytes): Uint8Array => window.bytes.subarray(window.start, window.end);

function isLog(content: OpenBytes): boolean {
  const splitter = new LineSplitter(decodeUtf8);
  const reader = new LogReader(emptyLogFile(''), 0, () => {});
  reader.push(splitter.push(ahead(content)));
  if (content.window.ended) {
    reader.push(splitter.finish());
    reader.finish();
  } else {
    // all of a JSON array may stand on one line
    reader.push(splitter.unfinished());
  }
  return reader.recognized;
}

/** The clause of a message about bytes that are no log. */
function describeForeign(content: OpenBytes, name: string): string {
  const { window, kind } = content;
  if (window.failure !== null) return `${window.failure} before a log begins: get the whole file`;
  if (kind === 'pcap' || kind === 'pcapng') {
    return 'a packet capture, not a traffic log: name it among the captures, not behind --log';
  }
  const foreign = foreignOf(ahead(content), name);
  if (foreign !== null) {
    return foreign.what.endsWith('capture')
      ? `${foreign.what}, not a traffic log: ${ADVICE}`
      : `${foreign.what}, which is not read directly: ${foreign.unpack} | endreason compare CAPTURE --log -`;
  }
  const text = new TextDecoder().decode(ahead(content).subarray(0, 4096));
  const first = text.split('\n').find((line) => line.trim() !== '');
  if (first === undefined) return `empty, no traffic log: ${ADVICE}`;
  const start = JSON.stringify(first.trim().slice(0, 40));
  return `not a traffic log of PAN-OS (it starts with ${start}): ${ADVICE}`;
}

async function* rowsOf(
  { target, content: probed }: Probe,
  file: LogFile,
  index: number,
  read: ReadOptions,
  warn: (line: string) => void,
  open: Set<OpenBytes>,
): AsyncGenerator<LogRow[]> {
  let content = probed;
  try {
    content ??= await openBytes(target, read, () => {});
  } catch (error) {
    file.damage = `it could be read a moment ago and now cannot (${describeError(error)})`;
    warn(`${file.name}: ${file.damage}; nothing of it was read`);
    return;
  }
  open.add(content);
  const malformed = new MalformedLines(file.name, warn);
  const reader = new LogReader(file, index, (line, why) => malformed.add(line, why));
  const splitter = new LineSplitter(decodeUtf8);
  const { window, source } = content;
  let chunk: Uint8Array | null = ahead(content);
  while (chunk !== null) {
    // the next bytes come, or are decompressed, while these are read
    const next: Promise<Uint8Array | null> = window.ended ? Promise.resolve(null) : source.read();
    const rows = reader.push(splitter.push(chunk));
    if (rows.length > 0) yield rows;
    chunk = await next;
  }
  const rows = [...reader.push(splitter.finish()), ...reader.finish()];
  if (rows.length > 0) yield rows;
  malformed.finish();
  const failure = window.failure ?? source.failure;
  if (failure !== null) {
    file.damage = failure;
    warn(`${file.name}: ${failure}; what comes before that was read`);
  }
  await source.close();
  open.delete(content);
}
