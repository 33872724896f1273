/** What every command on traffic logs does around its own job: opens them, and says what they held. */
import { otherTypes } from '../trafficlog/log-counts.ts';
import { type LogInput, openTrafficLogs } from '../trafficlog/open-logs.ts';
import { EXIT } from './errors.ts';
import type { InterruptWatch } from './interrupt.ts';
import type { CliIo } from './io.ts';
import type { LogWords } from './log-words.ts';
import { beginReading, type ReadLogs } from './read-log.ts';
import type { Voice } from './voice.ts';

/** Logs that are open, and being read. */
export interface LogRun {
  /** by number of the file */
  readonly names: readonly string[];
  /** begins to read; the rows come when all of them have been read */
  read(): () => Promise<ReadLogs>;
}

/** Opens the logs, does the job and closes them, whatever becomes of it. */
export async function withLogs(
  words: LogWords,
  io: CliIo,
  voice: Voice,
  interrupt: InterruptWatch,
  job: (logs: LogRun) => Promise<number>,
): Promise<number> {
  const logs = await interrupt.during(
    openTrafficLogs(words.logs, {
      warn: (line) => voice.warn(line),
      get stdin() {
        return io.stdin;
      },
    }),
  );
  try {
    return await job({
      names: logs.files.map(({ name }) => name),
      read: () => reading(logs, words, voice),
    });
  } finally {
    await logs.close();
  }
}

/** Exit status of a run whose log could be read in part only; null where all of it was. */
export function statusOfLogs({ files }: ReadLogs): number | null {
  return files.some(({ damage }) => damage !== null) ? EXIT.damaged : null;
}

function reading(logs: LogInput, words: LogWords, voice: Voice): () => Promise<ReadLogs> {
  const rows = beginReading(logs, words.logZone, (line) => voice.warn(line));
  return async () => {
    const read = await rows();
    const others = otherTypes(read.files);
    if (others.length > 0) {
      const counts = others.map(([type, lines]) => `${type} ${lines}`).join(', ');
      voice.warn(`lines of other log types are not compared: ${counts}`);
    }
    return read;
  };
}
