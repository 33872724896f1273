/** A folder with everything that a comparison needs: the two C programs, captures, what commands write. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT: string = join(import.meta.dirname, '..', '..');

/** The program as it is installed. */
export const ENDREASON: readonly string[] = [process.execPath, join(ROOT, 'bin', 'endreason.js')];

/** What one run of a command took. */
export interface Measured {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakBytes: number;
  /** SHA-256 of its standard output */
  readonly output: string;
}

/** A command could not be run, failed, or took too long; `message` says which in one clause. */
export class NotMeasured extends Error {}

export class Workshop {
  readonly folder: string;
  readonly #limitSeconds: number;

  /** @param limitSeconds a run that takes longer is given up */
  constructor(folder: string, limitSeconds: number) {
    this.folder = folder;
    this.#limitSeconds = limitSeconds;
    mkdirSync(folder, { recursive: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Compiles one of the C programs beside this file. @throws NotMeasured with how to get what is missing */
  compile(name: string, libraries: readonly string[]): void {
    const source = join(import.meta.dirname, `${name}.c`);
    const words = ['-O2', '-o', this.path(name), source, ...libraries.map((library) => `-l${library}`)];
    const { error, status } = spawnSync('cc', words, { stdio: 'ignore' });
    if (error === undefined && status === 0) return;
    throw new NotMeasured(`${name}.c cannot be compiled: apt-get install build-essential libpcap-dev`);
  }

  /** Runs a command and measures exactly that process and its threads. */
  async measure(command: readonly string[]): Promise<Measured> {
    const report = this.path('report');
    const out = this.path('stdout');
    execFileSync(this.path('measure'), [report, out, String(this.#limitSeconds), ...command]);
    const [status, user, system, wall, peak] = readFileSync(report, 'utf8').trim().split(' ').map(Number);
    if (status === -1) throw new NotMeasured(`killed, or not done after ${this.#limitSeconds} s`);
    if (status !== 0) throw new NotMeasured(`exit status ${status}`);
    return {
      cpuSeconds: (user! + system!) / 1e6,
      wallSeconds: wall! / 1e6,
      peakBytes: peak! * 1024,
      output: await digestOf(out),
    };
  }

  /** Standard output of the command that was measured last. */
  lastOutput(): string {
    return readFileSync(this.path('stdout'), 'utf8');
  }

  /** Runs a command without measuring it. @returns its standard output */
  ask(command: readonly string[]): string {
    const [file, ...words] = command;
    const result = spawnSync(file!, words, {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: 4 * this.#limitSeconds * 1000,
    });
    if (result.error !== undefined) throw new NotMeasured(result.error.message);
    if (result.status !== 0) throw new NotMeasured(result.stderr.trim().split('\n').at(-1) ?? 'it failed');
    return result.stdout;
  }

  /** Makes a workload capture. @returns the command that makes it */
  capture(name: string, words: readonly string[]): string {
    console.error(`making ${name}`);
    this.ask([...ENDREASON, 'bench', 'generate', ...words, '--output', this.path(name)]);
    return `endreason bench generate ${words.join(' ')} --output ${name}`;
  }
}

export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
