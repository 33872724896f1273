/** From a named source to its bytes: open, tell compression by content, decompress. */
import type { ByteSource } from './byte-source.ts';
import { ByteWindow } from './byte-window.ts';
import { FileSource, type OnRead, StreamSource } from './open-source.ts';
import { type ContentKind, SNIFF_BYTES, sniff } from './sniff.ts';
import { ZstdDecoder } from './zstd.ts';

/** One thing to read. */
export interface Target {
  /** as it is shown */
  readonly name: string;
  /** null for standard input */
  readonly path: string | null;
  /** a regular file: it can be opened again, and has a size */
  readonly isFile: boolean;
  /** bytes; 0 where unknown */
  readonly size: number;
  /** the directory given by the user that it was found in, or null */
  readonly directory: string | null;
}

export interface ReadOptions {
  /** bytes asked of the operating system at once */
  readonly readBytes: number;
  /** called only where standard input is named: to touch the process's own has effects */
  readonly stdin: () => AsyncIterable<Uint8Array>;
}

/** An open source of plain bytes. */
export interface OpenBytes {
  readonly source: ByteSource;
  /** what has been read of it so far: SNIFF_BYTES at least, or all there is */
  readonly window: ByteWindow;
  /** by the first bytes of what is stored, so `gzip` and `zstd` are what was decompressed */
  readonly kind: ContentKind | null;
}

/** Puts back what was read ahead. */
class RewoundSource implements ByteSource {
  readonly #ahead: Uint8Array[];
  readonly #source: ByteSource;

  constructor(ahead: Uint8Array[], source: ByteSource) {
    this.#ahead = ahead;
    this.#source = source;
  }

  get failure(): string | null {
    return this.#source.failure;
  }

  async read(): Promise<Uint8Array | null> {
    return this.#ahead.shift() ?? (await this.#source.read());
  }

  async close(): Promise<void> {
    await this.#source.close();
  }
}

class ZstdSource implements ByteSource {
  failure: string | null = null;
  readonly #compressed: ByteSource;
  readonly #decoder = new ZstdDecoder();
  #ready: Uint8Array[] = [];
  #done = false;

  constructor(compressed: ByteSource) {
    this.#compressed = compressed;
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const ready = this.#ready.shift();
      if (ready !== undefined) return ready;
      if (this.#done) return null;
      const chunk = await this.#compressed.read();
      this.#ready = chunk === null ? this.#decoder.finish() : this.#decoder.push(chunk);
      this.#done = chunk === null || this.#decoder.failure !== null;
      if (this.#done) this.failure = this.#compressed.failure ?? this.#decoder.failure;
    }
  }

  async close(): Promise<void> {
    this.#done = true;
    await this.#compressed.close();
  }
}

/** Reads until a window holds `count` bytes or the source is over. */
export async function fillTo(window: ByteWindow, source: ByteSource, count: number): Promise<void> {
  while (window.available < count && !window.ended) {
    const chunk = await source.read();
    if (chunk === null) window.finish(source.failure);
    else window.append(chunk);
  }
}

const contentOf = (window: ByteWindow): Uint8Array => window.bytes.slice(window.start, window.end);

/** Opens a target and decompresses it where need be. Rejects with the file system's error. */
export async function openBytes(target: Target, options: ReadOptions, onRead: OnRead): Promise<OpenBytes> {
  const openRaw = async (counted: OnRead): Promise<ByteSource> =>
    target.path === null
      ? new StreamSource(options.stdin(), counted)
      : FileSource.open(target.path, target.isFile, options.readBytes, counted);
  let source = await openRaw(onRead);
  try {
    let window = new ByteWindow();
    await fillTo(window, source, SNIFF_BYTES);
    const kind = sniff(contentOf(window));
    if (kind === 'gzip' || kind === 'zstd') {
      const compressed = new RewoundSource([contentOf(window)], source);
      const again = target.isFile ? () => openRaw(() => {}) : null;
      source =
        kind === 'gzip'
          ? new (await import('./open-gzip.ts')).GzipSource(compressed, again)
          : new ZstdSource(compressed);
      window = new ByteWindow();
      await fillTo(window, source, SNIFF_BYTES);
    }
    return { source, window, kind };
  } catch (error) {
    await source.close();
    throw error;
  }
}
