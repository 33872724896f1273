/** From the names on the command line to the things to read: files, pipes, directories of files. */
import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { Target } from './open-bytes.ts';
import { describeError } from './open-source.ts';
import { CaptureError } from './record.ts';

const STANDARD_INPUT = '-';

// made at the first comparison: it takes longer to make than most captures to open
let collator: Intl.Collator | null = null;

/** One order for file names everywhere: numbers by value, ties as plain strings. */
export function compareNames(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** What the names stand for, in the messages about them. */
export interface NamedThing {
  /** `capture` */
  readonly noun: string;
  /** what a directory should hold */
  readonly holds: string;
  failure(line: string): Error;
}

const CAPTURE: NamedThing = {
  noun: 'capture',
  holds: 'pcap or pcapng files',
  failure: (line) => new CaptureError(line),
};

/**
 * All targets of `names`, those of a directory in name order.
 * @param warn is told of what a directory holds and is not read
 * @throws the thing's failure (CaptureError) for a name that is missing or cannot be read at all
 */
export async function findTargets(
  names: readonly string[],
  warn: (line: string) => void,
  thing: NamedThing = CAPTURE,
): Promise<Target[]> {
  if (names.length === 0) {
    throw thing.failure(`no ${thing.noun} is named: give a file, a directory, or - for standard input`);
  }
  if (names.filter((name) => name === STANDARD_INPUT).length > 1) {
    throw thing.failure('-: standard input can be read only once: name it once');
  }
  const targets: Target[] = [];
  for (const name of names) {
    if (name === STANDARD_INPUT) {
      targets.push({ name, path: null, isFile: false, size: 0, directory: null });
      continue;
    }
    const found = await look(name);
    if (typeof found === 'string') throw thing.failure(found);
    if (found.isDirectory()) targets.push(...(await directoryTargets(name, warn, thing)));
    else targets.push(target(name, found, null));
  }
  return targets;
}

function target(name: string, found: Stats, directory: string | null): Target {
  const isFile = found.isFile();
  return { name, path: name, isFile, size: isFile ? found.size : 0, directory };
}

/** What the name stands for, or the line that says why it stands for nothing. */
async function look(name: string): Promise<Stats | string> {
  try {
    return await stat(name);
  } catch (error) {
    return `${name}: ${describeError(error)}: check the name`;
  }
}

/** Not recursive: a directory of rotated captures is flat, and a deeper one may hold anything. */
async function directoryTargets(
  directory: string,
  warn: (line: string) => void,
  thing: NamedThing,
): Promise<Target[]> {
  let entries: string[];
  try {
    entries = await readdir(directory);
  } catch (error) {
    throw thing.failure(`${directory}: ${describeError(error)}: check the directory's permissions`);
  }
  const base = directory.replace(/(?<=.)\/+$/, '');
  const targets: Target[] = [];
  for (const entry of entries.sort(compareNames)) {
    const name = base === '/' ? `/${entry}` : `${base}/${entry}`;
    const found = await look(name);
    if (typeof found === 'string') warn(`${found}; skipped`);
    else if (found.isFile()) targets.push(target(name, found, directory));
    else if (found.isDirectory())
      warn(`${name}: a directory inside a directory is not read; name it to read it`);
    else warn(`${name}: neither a file nor a directory; skipped, name it to read it`);
  }
  if (targets.length === 0) throw emptyDirectory(directory, thing);
  return targets;
}

export function emptyDirectory(directory: string, thing: NamedThing = CAPTURE): Error {
  return thing.failure(
    `${directory}: a directory without a ${thing.noun}: name one that holds ${thing.holds}`,
  );
}
