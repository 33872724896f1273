/**
 * gzip through node:zlib, with nothing lost before a damaged place. zlib throws away what it decoded in
 * the call that meets an error, up to a whole small file. So compressed bytes go in by small slices, and
 * where one fails, a twin that stands right before that slice takes it byte by byte.
 */
import { createGunzip, type Gunzip } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';

const SLICE_BYTES = 16 * 1024;
const OUTPUT_BYTES = 64 * 1024;

/** One pass through zlib. Concatenated members are its own business; zeros behind the last are padding. */
class GunzipPass {
  error: NodeJS.ErrnoException | null = null;
  ended = false;
  readonly #zlib: Gunzip;
  #out: Uint8Array[] = [];
  #settle: () => void = () => {};

  constructor() {
    this.#zlib = createGunzip({ chunkSize: OUTPUT_BYTES });
    this.#zlib.on('data', (data: Buffer) => {
      this.#out.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    });
    this.#zlib.on('error', (error) => {
      this.error = error;
      this.#settle();
    });
    // also reached in the middle of a write, at padding: zlib then never calls the write back
    this.#zlib.on('end', () => {
      this.ended = true;
      this.#settle();
    });
  }

  /** Settles once the bytes are decoded, or cannot be; `error` and `ended` say which. */
  async feed(bytes: Uint8Array): Promise<void> {
    if (this.ended || this.error !== null) return;
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
      this.#zlib.write(bytes, () => resolve());
    });
  }

  async finish(): Promise<void> {
    if (this.ended || this.error !== null) return;
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
      this.#zlib.end();
    });
  }

  take(): Uint8Array[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  destroy(): void {
    this.#zlib.destroy();
  }
}

export class GzipSource implements ByteSource {
  failure: string | null = null;
  readonly #compressed: ByteSource;
  readonly #reopen: (() => Promise<ByteSource>) | null;
  readonly #pass = new GunzipPass();
  /** where the source cannot be opened again, the twin is kept one slice behind from the start */
  readonly #shadow: GunzipPass | null;
  #ready: Uint8Array[] = [];
  #slices: Uint8Array[] = [];
  /** compressed bytes decoded without an error */
  #fed = 0;
  #done = false;

  /** @param reopen the same compressed stream from its start again; null where that cannot be */
  constructor(compressed: ByteSource, reopen: (() => Promise<ByteSource>) | null) {
    this.#compressed = compressed;
    this.#reopen = reopen;
    this.#shadow = reopen === null ? new GunzipPass() : null;
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const ready = this.#ready.shift();
      if (ready !== undefined) return ready;
      if (this.#done) return null;
      const slice = this.#slices.shift();
      if (slice !== undefined) {
        await this.#feed(slice);
        continue;
      }
      const chunk = await this.#compressed.read();
      if (chunk === null) {
        await this.#finish();
        continue;
      }
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        this.#slices.push(chunk.subarray(at, at + SLICE_BYTES));
      }
    }
  }

  async close(): Promise<void> {
    this.#done = true;
    this.#pass.destroy();
    this.#shadow?.destroy();
    await this.#compressed.close();
  }

  async #feed(slice: Uint8Array): Promise<void> {
    await this.#pass.feed(slice);
    if (this.#pass.error !== null) {
      this.#pass.take();
      this.#done = true;
      this.failure = describe(this.#pass.error);
      this.#ready = await this.#salvage(slice);
      return;
    }
    this.#ready = this.#pass.take();
    if (this.#pass.ended) {
      this.#done = true;
      return;
    }
    this.#fed += slice.length;
    await this.#shadow?.feed(slice);
    this.#shadow?.take();
  }

  async #finish(): Promise<void> {
    await this.#pass.finish();
    this.#ready = this.#pass.take();
    this.#done = true;
    this.failure =
      this.#compressed.failure ?? (this.#pass.error === null ? null : describe(this.#pass.error));
  }

  async #salvage(slice: Uint8Array): Promise<Uint8Array[]> {
    const twin = this.#shadow ?? (await this.#replay());
    const saved: Uint8Array[] = [];
    for (let at = 0; at < slice.length && twin.error === null && !twin.ended; at++) {
      await twin.feed(slice.subarray(at, at + 1));
      saved.push(...twin.take());
    }
    twin.destroy();
    return saved;
  }

  async #replay(): Promise<GunzipPass> {
    const twin = new GunzipPass();
    const source = await this.#reopen!();
    for (let left = this.#fed; left > 0; ) {
      const chunk = await source.read();
      if (chunk === null) break;
      for (let at = 0; at < chunk.length && left > 0; at += SLICE_BYTES) {
        const slice = chunk.subarray(at, Math.min(chunk.length, at + SLICE_BYTES, at + left));
        await twin.feed(slice);
        twin.take();
        left -= slice.length;
      }
    }
    await source.close();
    return twin;
  }
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === 'Z_BUF_ERROR') return 'the gzip data is cut off';
  return `the gzip data is corrupt (${error.message})`;
}
