/** `endreason bench capture`: throughput on captures of the user's own. */
import { captureDocument, captureLines } from '../bench/capture-figures.ts';
import { benchCapture } from '../bench/capture-run.ts';
import { damageText } from '../report/capture-document.ts';
import { streamOutput } from '../report/write-output.ts';
import type { CaptureWords } from './bench-words.ts';
import { EXIT, Interrupted } from './errors.ts';
import type { CliIo } from './io.ts';
import { barOn, lateProgress, NO_PROGRESS, type Progress } from './progress.ts';
import { Voice } from './voice.ts';

/** @returns the exit status */
export async function runBenchCapture(words: CaptureWords, io: CliIo): Promise<number> {
  const voice = new Voice(io, { quiet: words.quiet, verbose: false });
  const abort = new AbortController();
  const stop = io.onInterrupt(() => abort.abort(new Interrupted('interrupted: no figures')));
  let progress: Progress | null = null;
  try {
    const bench = await benchCapture({
      ...words,
      warn: (line) => voice.warn(line),
      tick(input, packets) {
        progress ??= words.quiet ? NO_PROGRESS : lateProgress((begin) => barOn(io.stderr, input, begin));
        progress.tick(packets);
      },
      inputDone() {
        progress?.stop();
        progress = null;
      },
      signal: abort.signal,
    });
    const document = captureDocument(bench, words.engine, words.format ?? 'summary');
    const text = words.json ? JSON.stringify(document, null, 2) : captureLines(document).join('\n');
    await streamOutput(io.stdout).write(`${text}\n`);
    const damaged = bench.files.filter((file) => file.damage !== null);
    for (const { name, damage } of damaged) voice.damage(damageText(name, damage!));
    return damaged.length > 0 ? EXIT.damaged : EXIT.done;
  } finally {
    stop();
  }
}
