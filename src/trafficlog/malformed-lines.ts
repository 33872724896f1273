/** One line for each of the first few lines of a file that are left out, and one for all others. */

const TOLD = 5;

export class MalformedLines {
  readonly #name: string;
  readonly #warn: (line: string) => void;
  #count = 0;

  /** @param name of the file, as the user knows it */
  constructor(name: string, warn: (line: string) => void) {
    this.#name = name;
    this.#warn = warn;
  }

  add(line: number, why: string): void {
    this.#count += 1;
    if (this.#count > TOLD) return;
    this.#warn(
      `${this.#name}: line ${line}: ${why}; it is left out, look at it in the log it was exported from`,
    );
  }

  /** The file has been read. */
  finish(): void {
    const more = this.#count - TOLD;
    if (more > 0) this.#warn(`${this.#name}: and ${more} more ${more === 1 ? 'line' : 'lines'} left out`);
  }
}
