/** The program with either engine: every byte that it prints, and how it ends. */
import { expect } from 'vitest';
import { type Outcome, runProgram } from '../dsl/program.ts';

export async function runBoth(
  argv: readonly string[],
  stdin: readonly Uint8Array[] = [],
): Promise<{ readonly fast: Outcome; readonly reference: Outcome }> {
  const fast = await runProgram([...argv, '--engine', 'fast'], stdin);
  const reference = await runProgram([...argv, '--engine', 'reference'], stdin);
  return { fast, reference };
}

/** Fails with the first line that differs, not with two whole outputs. */
export function expectEqual({ fast, reference }: { fast: Outcome; reference: Outcome }): void {
  for (const stream of ['stderr', 'stdout'] as const) {
    if (fast[stream] === reference[stream]) continue;
    const ours = fast[stream].split('\n');
    const theirs = reference[stream].split('\n');
    const at = ours.findIndex((line, i) => line !== theirs[i]);
    const context = ours.slice(Math.max(0, at - 12), at).join('\n');
    expect(`${context}\n${ours[at]}`, `${stream}, line ${at + 1}`).toBe(`${context}\n${theirs[at]}`);
  }
  expect(fast.status).toBe(reference.status);
}
