/**
 * The door to the capture room: names in, packet records in merged order out.
 *
 * Every file is looked at before any packet is given, but only at its start: format, first packet time.
 * It is opened again when the merge reaches that time and closed at its end, so thousands of rotated
 * files never hold more descriptors or buffers than overlap in time. What cannot be opened twice
 * (standard input, a named pipe) stays open.
 */
import type { ClassicParser } from './classic.ts';
import { type MergeContent, type MergeInput, mergeByTime } from './merge.ts';
import type { Target } from './open-bytes.ts';
import { type OpenContent, type OpenOptions, openContent } from './open-content.ts';
import { compareNames, emptyDirectory, findTargets } from './open-names.ts';
import { isPlain, RawFile } from './open-raw.ts';
import { describeError, type OnRead } from './open-source.ts';
import { closeFile, emptyCaptureFile } from './parse-content.ts';
import { CaptureError, type CaptureFile, type CaptureInput, type PacketRecord } from './record.ts';
import { compareTime, type Time } from './time.ts';

export { readCaptureBytes } from './read-bytes.ts';

export interface OpenCapturesOptions {
  /** `pcap-parser`: through the package of that name, classic microsecond captures only */
  readonly reader?: 'builtin' | 'pcap-parser';
  /** bytes asked of the operating system at once, default 262144 */
  readonly readBytes?: number;
  /** is given one line for every file of a directory that is skipped */
  readonly warn?: (line: string) => void;
  /** in place of the process's standard input, for tests */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

const READ_BYTES = 262_144;
/** enough for most files' first packet */
const PROBE_BYTES = 16_384;

interface Probe {
  readonly target: Target;
  readonly file: CaptureFile;
  readonly first: PacketRecord | null;
  /** still open where it cannot be opened again */
  readonly content: OpenContent | null;
  /** where the file can be read as bytes (open-raw.ts): what is known of its records */
  readonly plain: ClassicParser | null;
}

/**
 * Opens captures: files, directories of files, `-` for standard input, named pipes.
 * @throws CaptureError before anything is processed if any of them cannot be used; in a directory, files
 *   that are no captures are skipped with a warning instead
 */
export async function openCaptures(
  names: readonly string[],
  options: OpenCapturesOptions = {},
): Promise<CaptureInput> {
  const warn = options.warn ?? (() => {});
  const open: OpenOptions = {
    reader: options.reader ?? 'builtin',
    readBytes: options.readBytes ?? READ_BYTES,
    stdin: () => options.stdin ?? process.stdin,
  };
  let storedBytesRead = 0;
  const count: OnRead = (bytes) => {
    storedBytesRead += bytes;
  };
  const targets = await findTargets(names, warn);
  const probes: Probe[] = [];
  try {
    for (const target of targets) {
      const probe = await probeOrSkip(target, open, count, warn);
      if (probe !== null) probes.push(probe);
    }
    for (const { directory } of targets) {
      if (directory !== null && !probes.some((probe) => probe.target.directory === directory)) {
        throw emptyDirectory(directory);
      }
    }
  } catch (error) {
    await closeAll(probes);
    throw error;
  }
  probes.sort(compareProbes);
  const stored = targets.every((target) => target.isFile);
  const inputs = probes.flatMap((probe, index) => mergeInput(probe, index, open, count));
  const contents = new Set<MergeContent>();
  const ended = new Set(probes.flatMap((probe, index) => (probe.first === null ? [index] : [])));
  const merged = mergeByTime(inputs, contents, ended);
  let raw: RawFile | null = null;
  return {
    files: probes.map((probe) => probe.file),
    totalStoredBytes: stored ? probes.reduce((sum, probe) => sum + probe.target.size, 0) : null,
    storedBytesRead: () => storedBytesRead,
    hasMore: (file) => !ended.has(file),
    batches: () => merged,
    raw: () => {
      raw = openRaw(probes, open, count);
      return raw;
    },
    close: async () => {
      raw?.close();
      await closeAll(probes);
      for (const content of contents) await content.close();
      // not awaited: it settles only when a read under way does, and a pipe's may never
      void merged.return(undefined);
    },
  };
}

/** By first packet time, files without a packet last; then by name. Independent of the order of the arguments. */
function compareProbes(a: Probe, b: Probe): number {
  if (a.first === null || b.first === null) {
    return Number(a.first === null) - Number(b.first === null) || compareNames(a.file.name, b.file.name);
  }
  return compareTime(a.first.time, b.first.time) || compareNames(a.file.name, b.file.name);
}

async function closeAll(probes: readonly Probe[]): Promise<void> {
  for (const probe of probes) await probe.content?.close();
}

async function probeOrSkip(
  target: Target,
  options: OpenOptions,
  count: OnRead,
  warn: (line: string) => void,
): Promise<Probe | null> {
  try {
    return await probe(target, options, count);
  } catch (error) {
    const line = `${target.name}: ${error instanceof CaptureError ? error.message : `${describeError(error)}: check the name and its permissions`}`;
    if (target.directory === null) throw new CaptureError(line);
    warn(`${line}; skipped`);
    return null;
  }
}

async function probe(target: Target, options: OpenOptions, count: OnRead): Promise<Probe> {
  const content = target.isFile
    ? await openContent(target, { ...options, readBytes: Math.min(options.readBytes, PROBE_BYTES) }, () => {})
    : await openContent(target, options, count);
  try {
    const file = emptyCaptureFile(target.name, content.parser);
    let step = content.parser.next();
    while (step === 'starved') {
      await content.fill();
      step = content.parser.next();
    }
    if (typeof step === 'string') {
      // no packet: all there is to know is known
      closeFile(file, content.parser);
      if (target.isFile) count(target.size);
      await content.close();
      return { target, file, first: null, content: null, plain: null };
    }
    if (!target.isFile) return { target, file, first: step, content, plain: null };
    await content.close();
    const plain = content.uncompressed && isPlain(content.parser) ? content.parser : null;
    return { target, file, first: step, content: null, plain };
  } catch (error) {
    await content.close();
    throw error;
  }
}

/** One regular file that is read with the builtin reader, and holds plain classic records. */
function openRaw(probes: readonly Probe[], options: OpenOptions, count: OnRead): RawFile | null {
  const [only, ...others] = probes;
  if (only === undefined || others.length > 0 || options.reader !== 'builtin') return null;
  if (only.plain === null) return null;
  try {
    return new RawFile(only.target, only.plain, only.file, count);
  } catch {
    return null;
  }
}

function mergeInput(probe: Probe, index: number, options: OpenOptions, count: OnRead): MergeInput[] {
  const { first, content, target, file } = probe;
  if (first === null) return [];
  const firstTime: Time = first.time;
  if (content !== null) return [{ index, file, firstTime, ahead: first, open: async () => content }];
  const open = async () => {
    try {
      return await openContent(target, options, count);
    } catch (error) {
      const why = error instanceof CaptureError ? error.message : describeError(error);
      throw new Error(`it could be read a moment ago and now cannot: ${why}`);
    }
  };
  return [{ index, file, firstTime, ahead: null, open }];
}
