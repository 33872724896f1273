/** The column of captures/README.md that says what each command prints: made by running it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionRow } from '../../src/report/session-row.ts';
import type { Output } from '../dsl/cases.ts';
import { runProgram } from '../dsl/program.ts';

export const ROOT: string = join(import.meta.dirname, '..', '..');
export const README: string = join(ROOT, 'captures', 'README.md');

/** Tracker stages that say the same as the reason. */
const EXPECTED_STAGE: Readonly<Record<string, string>> = {
  'aged-out': 'Aged out',
  'tcp-fin': 'TCP FIN',
  'tcp-rst-from-client': 'TCP RST - client',
  'tcp-rst-from-server': 'TCP RST - server',
};

/** Sessions in a few words: application and end, each kind once with its number. */
export function digest(output: Output): string {
  const counts = new Map<string, number>();
  for (const row of output.sessions) counts.set(words(row), (counts.get(words(row)) ?? 0) + 1);
  const sessions = [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} x ${kind}`));
  const left = Object.entries(output.accounting.not_in_sessions).map(([cause, count]) => `${count} ${cause}`);
  return [...sessions, ...left].join('; ');
}

function words(row: SessionRow): string {
  const reason = row.pending?.session_end_reason ?? row.session_end_reason;
  const stage = row.pending?.tracker_stage ?? row.tracker_stage;
  const late = (row.after_end ?? 0) > 0 ? `, ${row.after_end} after the end` : '';
  const tracker = EXPECTED_STAGE[reason] === stage ? '' : ` (tracker ${stage})`;
  return `${row.app} ${row.state === 'ACTIVE' ? 'open, ' : ''}${reason}${tracker}${late}`;
}

/** `captures/x.pcap --timeout tcp=10` as the program is given it, run from the top of the project. */
export async function outputOf(command: string): Promise<Output> {
  const args = command.split(' ').map((word) => (word.startsWith('captures/') ? join(ROOT, word) : word));
  const { stdout, status, stderr } = await runProgram([
    ...args.filter((word) => word !== '--details'),
    '--json',
  ]);
  if (status !== 0) throw new Error(`${command}: status ${status}: ${stderr}`);
  return JSON.parse(stdout) as Output;
}

/** The table with its last column made anew. */
export async function rewrittenReadme(): Promise<{ before: string; after: string; commands: number }> {
  const before = readFileSync(README, 'utf8');
  const lines: string[] = [];
  let commands = 0;
  for (const line of before.split('\n')) {
    const cells = line.split(' | ');
    const quoted = [...(cells[3] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
    const [first, ...more] = quoted;
    if (cells.length !== 5 || first === undefined || !first.startsWith('endreason ')) {
      lines.push(line);
      continue;
    }
    const command = first.slice('endreason '.length);
    const prints = [digest(await outputOf(command))];
    for (const option of more)
      prints.push(`with \`${option}\`: ${digest(await outputOf(`${command} ${option}`))}`);
    commands += prints.length;
    lines.push(`${cells.slice(0, 4).join(' | ')} | ${prints.join('. ')} |`);
  }
  return { before, after: lines.join('\n'), commands };
}
