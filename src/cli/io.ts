/** The process as a command sees it, so that a test can stand in for it. */
import type { Writable } from 'node:stream';

/** A terminal has a width; a pipe or a file has none. */
export type TextStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Calls back at the first Ctrl-C; a second one ends the process. Returns what takes the listener away. */
  onInterrupt(listener: () => void): () => void;
}

export function processIo(): CliIo {
  let stderr: TextStream | null = null;
  // to look at a stream is to open it, which takes time: those that few runs need are looked at late
  return {
    env: process.env,
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    get stderr() {
      // Whoever has closed standard error does not want to read it.
      stderr ??= process.stderr.on('error', () => {});
      return stderr;
    },
    onInterrupt(listener) {
      process.once('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  };
}

/** Characters of a line: the terminal's, else what COLUMNS says, else 80. */
export function widthOf(stream: TextStream, env: CliIo['env']): number {
  if (stream.isTTY === true && stream.columns !== undefined && stream.columns > 0) return stream.columns;
  const columns = Number(env['COLUMNS']);
  return Number.isInteger(columns) && columns > 0 ? columns : 80;
}
