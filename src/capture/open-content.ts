/** From a named source to a parser over its content. */
import type { ByteSource } from './byte-source.ts';
import type { ByteWindow } from './byte-window.ts';
import { openBytes, type ReadOptions, type Target } from './open-bytes.ts';
import { PcapParserReader } from './open-pcap-parser.ts';
import type { OnRead } from './open-source.ts';
import { makeParser } from './parse-content.ts';
import { CaptureError } from './record.ts';
import type { RecordParser } from './record-parser.ts';
import type { ContentKind } from './sniff.ts';

export interface OpenOptions extends ReadOptions {
  readonly reader: 'builtin' | 'pcap-parser';
}

/** An open capture: the parser, and the bytes that it asks for. */
export interface OpenContent {
  readonly parser: RecordParser;
  /** offsets of the parser are offsets in the file */
  readonly uncompressed: boolean;
  /** Gives the parser more bytes, or tells it that there are no more. */
  fill(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a target and finds out what it holds.
 * @throws CaptureError (without the target's name) where it cannot be used, or the file system's error
 */
export async function openContent(
  target: Target,
  options: OpenOptions,
  onRead: OnRead,
): Promise<OpenContent> {
  const { source, window, kind } = await openBytes(target, options, onRead);
  try {
    return makeContent(target, options, window, source, kind);
  } catch (error) {
    await source.close();
    throw error;
  }
}

function makeContent(
  target: Target,
  options: OpenOptions,
  window: ByteWindow,
  source: ByteSource,
  kind: ContentKind | null,
): OpenContent {
  if (window.failure !== null && window.available < 4) {
    const within = kind === 'gzip' || kind === 'zstd' ? `compressed with ${kind}, but ` : '';
    throw new CaptureError(`${within}${window.failure} before a capture begins: get the whole file`);
  }
  const parser = makeParser(window, target.name);
  return {
    parser: options.reader === 'pcap-parser' ? new PcapParserReader(window, parser) : parser,
    uncompressed: kind !== 'gzip' && kind !== 'zstd',
    fill: async () => {
      if (window.ended) return;
      const chunk = await source.read();
      if (chunk === null) window.finish(source.failure);
      else window.append(chunk);
    },
    close: () => source.close(),
  };
}
