/** Everything that is no result: single lines on standard error. */
import { printable } from '../report/wrap.ts';
import type { TextStream } from './io.ts';

export interface VoiceOptions {
  /** only errors and damage */
  readonly quiet: boolean;
  /** also what was used */
  readonly verbose: boolean;
}

export class Voice {
  readonly #io: { readonly stderr: TextStream };
  readonly #options: VoiceOptions;
  /** takes a progress bar off the line that is about to be written */
  beforeLine: () => void = () => {};

  /** @param io looked at when there is something to say: to open standard error takes its time */
  constructor(io: { readonly stderr: TextStream }, options: VoiceOptions) {
    this.#io = io;
    this.#options = options;
  }

  error(text: string): void {
    this.#line(`endreason: ${text}`);
  }

  /** Something of the input could not be read: said even when quiet. */
  damage(text: string): void {
    this.#line(`endreason: warning: ${text}`);
  }

  warn(text: string): void {
    if (!this.#options.quiet) this.#line(`endreason: warning: ${text}`);
  }

  note(text: string): void {
    if (this.#options.verbose) this.#line(`endreason: ${text}`);
  }

  summary(lines: readonly string[]): void {
    if (!this.#options.quiet) for (const line of lines) this.#line(line);
  }

  #line(text: string): void {
    this.beforeLine();
    this.#io.stderr.write(`${printable(text)}\n`);
  }
}
