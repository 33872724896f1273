/** Where results go: standard output, or a file that appears only once it is complete. */
import { type Stats, writeSync } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';

export interface Output {
  /** resolves when the text, or the bytes, have been taken; the caller may then use the bytes again */
  write(data: string | Uint8Array): Promise<void>;
  /** takes the bytes before it returns; there only where that is no waiting for somebody else (a file) */
  readonly writeNow?: ((bytes: Uint8Array) => void) | undefined;
  /** the text is complete */
  finish(): Promise<void>;
  /** the text is not to be kept */
  abandon(): Promise<void>;
}

/** Nobody reads standard output any more (`| head`): not an error, the work is done. */
export class ClosedPipe extends Error {}

/** The output cannot be written; `message` is the one line for the user. Exit status 2. */
export class OutputError extends Error {}

/** A stream that others own, such as standard output: never ended here. */
export function streamOutput(stream: Writable): Output {
  // Without a listener a broken pipe would end the process; `write` reports it.
  stream.on('error', () => {});
  return {
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => {
          if (error === null || error === undefined) resolve();
          else
            reject(
              isClosedPipe(error) ? new ClosedPipe() : new OutputError(`standard output: ${error.message}`),
            );
        });
      }),
    finish: async () => {},
    abandon: async () => {},
  };
}

/**
 * A file: written beside its place under another name and renamed when complete, so that a run that fails
 * leaves what was there. What is no regular file (a device, a FIFO) is written directly.
 * @param inputs files that must not be overwritten
 * @throws OutputError before anything is written if it cannot be
 */
export async function openFileOutput(name: string, inputs: readonly string[]): Promise<Output> {
  try {
    const existing = await statOrNull(name);
    if (existing?.isDirectory()) throw new OutputError(`--output ${name}: is a directory; give a file`);
    if (existing !== null) {
      for (const input of inputs) {
        const other = await statOrNull(input);
        if (other !== null && other.dev === existing.dev && other.ino === existing.ino) {
          throw new OutputError(`--output ${name}: is the input ${input}; give another file`);
        }
      }
    }
    if (existing !== null && !existing.isFile()) return fileOutput(await open(name, 'w'), name, null);
    // The target of a symbolic link is replaced, not the link.
    const target = existing === null ? name : await realpath(name);
    if (existing !== null) await (await open(target, 'r+')).close();
    const partial = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
    const mode = existing === null ? 0o666 : existing.mode & 0o777;
    return fileOutput(await open(partial, 'wx', mode), target, partial);
  } catch (error) {
    throw error instanceof OutputError ? error : new OutputError(`--output ${name}: ${reason(error)}`);
  }
}

function fileOutput(file: FileHandle, target: string, partial: string | null): Output {
  const guarded = async (step: () => Promise<unknown>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      throw new OutputError(`--output ${target}: ${reason(error)}`);
    }
  };
  return {
    write: (data) => guarded(() => file.writeFile(data)),
    writeNow: partial === null ? undefined : (bytes) => writeAll(file.fd, bytes, target),
    finish: () =>
      guarded(async () => {
        await file.close();
        if (partial !== null) await rename(partial, target);
      }),
    abandon: async () => {
      await file.close().catch(() => {});
      if (partial !== null) await rm(partial, { force: true });
    },
  };
}

function writeAll(file: number, bytes: Uint8Array, target: string): void {
  try {
    for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
  } catch (error) {
    throw new OutputError(`--output ${target}: ${reason(error)}`);
  }
}

async function statOrNull(name: string): Promise<Stats | null> {
  try {
    return await stat(name);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist; create it or give another place',
  ENOTDIR: 'its directory is no directory; give another place',
  EACCES: 'permission denied; give a place that you may write to',
  EPERM: 'not permitted; give a place that you may write to',
  EROFS: 'the file system is read-only; give another place',
  ENOSPC: 'no space left on the device; free some or give another place',
};

function reason(error: unknown): string {
  return REASONS[errorCode(error) ?? ''] ?? (error instanceof Error ? error.message : String(error));
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

function isClosedPipe(error: Error): boolean {
  return errorCode(error) === 'EPIPE' || errorCode(error) === 'ERR_STREAM_DESTROYED';
}
