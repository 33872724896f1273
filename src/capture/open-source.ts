/** Where bytes come from: files, named pipes, standard input. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from './byte-source.ts';

/** Called with the number of bytes of each read. */
export type OnRead = (bytes: number) => void;

const ERROR_TEXT: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'no such file',
  EMFILE: 'too many open files',
  ENXIO: 'not a file that can be read',
};

/** One clause for a file system error. */
export function describeError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return (code !== undefined && ERROR_TEXT[code]) || code || String(error);
}

/** A file or a named pipe, read from its start in pieces of at most `readBytes`. */
export class FileSource implements ByteSource {
  failure: string | null = null;
  readonly #handle: FileHandle;
  readonly #readBytes: number;
  readonly #onRead: OnRead;
  /** null: a pipe has no positions */
  #position: number | null;
  #reading = false;
  #closed = false;

  private constructor(handle: FileHandle, isFile: boolean, readBytes: number, onRead: OnRead) {
    this.#handle = handle;
    this.#position = isFile ? 0 : null;
    this.#readBytes = readBytes;
    this.#onRead = onRead;
  }

  /** Rejects with the file system's error. */
  static async open(path: string, isFile: boolean, readBytes: number, onRead: OnRead): Promise<FileSource> {
    return new FileSource(await open(path, constants.O_RDONLY), isFile, readBytes, onRead);
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#closed) return null;
    // views of it are handed out, so every read has a buffer of its own
    const buffer = new Uint8Array(new ArrayBuffer(this.#readBytes));
    this.#reading = true;
    try {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#position);
      if (bytesRead === 0) return null;
      if (this.#position !== null) this.#position += bytesRead;
      this.#onRead(bytesRead);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      this.failure = `it could not be read any further (${describeError(error)})`;
      return null;
    } finally {
      this.#reading = false;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const closed = this.#handle.close().catch(() => {});
    // a handle closes only behind its reads, and that of a silent pipe may never come back
    if (!this.#reading) await closed;
  }
}

/** Standard input, or any other stream of chunks. */
export class StreamSource implements ByteSource {
  failure: string | null = null;
  readonly #stream: AsyncIterable<Uint8Array> & { destroy?: () => unknown };
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #onRead: OnRead;
  #closed = false;

  constructor(stream: AsyncIterable<Uint8Array>, onRead: OnRead) {
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#onRead = onRead;
  }

  async read(): Promise<Uint8Array | null> {
    while (!this.#closed) {
      try {
        const { value, done } = await this.#chunks.next();
        if (done) return null;
        if (value.length === 0) continue;
        this.#onRead(value.length);
        return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      } catch (error) {
        this.failure = `it could not be read any further (${describeError(error)})`;
        return null;
      }
    }
    return null;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // an iterator's own return would wait for the read under way
    if (this.#stream.destroy) this.#stream.destroy();
    else void this.#chunks.return?.()?.catch(() => {});
  }
}
