/** Which generated part stands in which page, between `<!-- generated: name -->` and `<!-- end -->`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../dsl/program.ts';
import { applicationsTable, protocolsTable } from './applications.ts';
import { logExamples, logFieldNames, logReleases, logTimes } from './logs.ts';
import { withFiguresOf } from './measured.ts';
import {
  compareCodes,
  diagnosisCodes,
  endReasons,
  rstRules,
  sessionStates,
  tcpDiagram,
  tcpReasons,
  tcpTableText,
  tcpTimers,
  timeouts,
} from './render.ts';

export const ROOT: string = join(import.meta.dirname, '..', '..');

/** A command and what the program prints for it in 80 columns; tests run at the top of the project. */
async function session(command: string): Promise<string> {
  const { stdout } = await runProgram(command.split(' '));
  return `\`\`\`\n$ bin/endreason.js ${command}\n${stdout.trimEnd()}\n\`\`\``;
}

/** @param shown what stands in the page now */
type Render = (shown: string) => string | Promise<string>;

export const PARTS: Readonly<Record<string, Render>> = {
  'idle-cut': () => session('captures/idle-cut.pcap --timeout tcp=10 --details'),
  'explain-reset': () => session('explain captures/fin-then-reset.pcap --session 1 --drain'),
  'session-states': sessionStates,
  'timeouts-idle-cut': () => session('timeouts captures/idle-cut.pcap --timeout tcp=10'),
  'timeouts-keepalive': () => session('timeouts captures/keepalive.pcap --timeout tcp=1'),
  'compare-everything': () =>
    session('compare captures/everything.pcap --log captures/everything.traffic.csv'),
  'bench-capture': async (shown) =>
    withFiguresOf(shown, await session('bench capture captures/everything.pcap')),
  'compare-codes': compareCodes,
  'tcp-diagram': tcpDiagram,
  'tcp-table': () => `\`\`\`\n${tcpTableText()}\n\`\`\``,
  'tcp-reasons': tcpReasons,
  'tcp-timers': tcpTimers,
  'rst-rules': rstRules,
  timeouts,
  applications: applicationsTable,
  protocols: protocolsTable,
  'end-reasons': endReasons,
  'log-examples': logExamples,
  'log-releases': logReleases,
  'log-names': logFieldNames,
  'log-times': logTimes,
  'diagnosis-codes': diagnosisCodes,
};

export const PAGES: readonly string[] = [
  'README.md',
  'docs/tcp-states.md',
  'docs/manual.md',
  'docs/explain.md',
  'docs/applications.md',
  'docs/logs.md',
  'docs/timeouts.md',
  'docs/compare.md',
  'docs/bench.md',
];

const PART = /(<!-- generated: ([a-z-]+) -->\n)([\s\S]*?)(<!-- end -->)/g;

/** A page with every generated part as the program has it now. */
export async function regenerate(
  page: string,
): Promise<{ before: string; after: string; parts: readonly string[] }> {
  const before = readFileSync(join(ROOT, page), 'utf8');
  const parts: string[] = [];
  const rendered = new Map<string, string>();
  for (const [, , part, shown] of before.matchAll(PART)) {
    const render = PARTS[part!];
    if (render === undefined) throw new Error(`${page} wants a part that nothing generates: ${part}`);
    parts.push(part!);
    rendered.set(part!, await render(shown!.trimEnd()));
  }
  const after = before.replace(
    PART,
    (_all, open: string, part: string, _shown: string, close: string) =>
      `${open}${rendered.get(part)}\n${close}`,
  );
  return { before, after, parts };
}

export async function rewrite(page: string): Promise<void> {
  writeFileSync(join(ROOT, page), (await regenerate(page)).after);
}
