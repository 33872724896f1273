/**
 * The model's timers and tracker stages against the log lines of real firewalls (firewall-model 3.8, 4.2): what
 * reason, application and protocol of a line say of the timer, and what its times show.
 */

import { EARLIEST_LAG, LATEST_LAG, logDelay, predictTimers } from '../../src/compare/reveal-timer.ts';
import { defaultApplicationTimers, type ResolvedTimer } from '../../src/firewall/application-timers.ts';
import { defaultTimeouts } from '../../src/firewall/timeouts.ts';
import type { LogRow } from '../../src/trafficlog/log-row.ts';
import { END_REASON_ROWS } from '../../src/verdict/precedence.ts';
import { markdownTable } from '../docs/markdown.ts';
import { sampleNames, sampleText } from '../trafficlog/judges.ts';
import { readLog } from '../trafficlog/reading.ts';

interface LogLine {
  readonly sample: string;
  readonly line: number;
}

export interface LogMiss extends LogLine {
  readonly what: string;
  readonly predicted: string;
  readonly found: string;
}

interface ArguedMiss {
  readonly sample: string;
  readonly line: number;
  readonly what: string;
  readonly right: 'model' | 'line' | 'open';
  readonly because: string;
}

/** Every miss, looked at. */
export const ARGUED_MISSES: readonly ArguedMiss[] = [
  {
    sample: 'layer3-panos8.log',
    line: 1,
    what: 'timer',
    right: 'open',
    because:
      'no line that a firewall is likely to have written: 34 bytes received in 0 packets, generated 129 s after its start, received 6 minutes later. It looks edited; nothing proves it',
  },
  {
    sample: 'layer3-panos8.log',
    line: 1,
    what: 'tracker',
    right: 'open',
    because:
      'the same line: policy-deny goes with `appid policy lookup deny`, of which no code was ever seen (firewall-model 4.2)',
  },
];

const STAGE_OF_REASON: ReadonlyMap<string, string> = new Map([
  ['aged-out', 'Aged out'],
  ['tcp-fin', 'TCP FIN'],
  ['tcp-rst-from-client', 'TCP RST - client'],
  ['tcp-rst-from-server', 'TCP RST - server'],
  ['policy-deny', 'appid policy lookup deny'],
  ['threat', 'mitigation tdb'],
  ['resources-unavailable', 'resource limit'],
]);

const REASONS: ReadonlySet<string> = new Set(
  END_REASON_ROWS.map(({ reason }) => reason as string).filter((reason) => reason !== 'n/a'),
);

export interface PublicLogs {
  /** `end` lines of all samples */
  readonly ends: number;
  /** those that carry all fields */
  readonly lines: number;
  readonly hits: number;
  /** lines whose low byte of the flags is a stage */
  readonly stages: number;
  readonly stageHits: number;
  /** lines that miss neither */
  readonly bothHit: number;
  /** lines left out, by why */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly byTimer: ReadonlyMap<string, number>;
  readonly misses: readonly LogMiss[];
  /** lines that are hit because elapsed holds the timer in their file */
  readonly holdingTimer: readonly LogLine[];
}

/** Why a line cannot be judged, or null. */
function missing(row: LogRow): string | null {
  if (row.generated === null || row.start === null || row.elapsed === null) {
    return 'it has no start, elapsed or generated time';
  }
  if (row.endReason === null || row.endReason === '')
    return 'it has no end reason (before PAN-OS 6.1, or cut)';
  if (!REASONS.has(row.endReason)) return 'its end reason is masked';
  if (row.app === null || row.proto === null) return 'it has no application or protocol';
  return null;
}

const TIMERS = { timeouts: defaultTimeouts(), applications: defaultApplicationTimers() };

/** Whether elapsed times hold the timer (firewall-model 0.5). */
type Elapsed = 'first-to-last' | 'timeout';

/** The timer that a line reveals of those that are predicted for it; undefined: none. */
function revealed(row: LogRow, elapsed: Elapsed): ResolvedTimer | undefined {
  const delay = logDelay(row)!;
  return predictTimers(row, TIMERS).find(({ seconds }) => {
    const lag = elapsed === 'timeout' ? delay : delay - seconds;
    const holds = elapsed === 'first-to-last' || row.elapsed! >= seconds;
    return holds && lag >= EARLIEST_LAG && lag <= LATEST_LAG;
  });
}

/** Learned for each log file, as firewall-model 3.8 has it: what explains more of its lines. */
function learnElapsed(rows: readonly LogRow[]): Elapsed {
  const explained = (elapsed: Elapsed): number =>
    rows.filter((row) => revealed(row, elapsed) !== undefined).length;
  return explained('timeout') > explained('first-to-last') ? 'timeout' : 'first-to-last';
}

/** Over every sample. */
export async function measurePublicLogs(): Promise<PublicLogs> {
  const leftOut = new Map<string, number>();
  const byTimer = new Map<string, number>();
  const misses: LogMiss[] = [];
  const holdingTimer: LogLine[] = [];
  const totals = { ends: 0, lines: 0, hits: 0, stages: 0, stageHits: 0 };
  const leave = (why: string, lines = 1): void => {
    if (lines > 0) leftOut.set(why, (leftOut.get(why) ?? 0) + lines);
  };
  for (const sample of sampleNames) {
    const { rows, file } = await readLog(sampleText(sample));
    leave('it is in no calendar: digits masked to 0', file.malformed);
    const ends = rows.filter(({ subtype }) => subtype === 'end');
    totals.ends += ends.length;
    for (const row of ends) {
      const why = missing(row);
      if (why !== null) leave(why);
    }
    const judged = ends.filter((row) => missing(row) === null);
    const elapsed = learnElapsed(judged);
    for (const row of judged) {
      totals.lines += 1;
      const hit = revealed(row, elapsed);
      if (hit === undefined) {
        const names = predictTimers(row, TIMERS)
          .map(({ name, seconds }) => `${name} (${seconds} s)`)
          .join(' or ');
        misses.push({
          sample,
          line: row.line,
          what: 'timer',
          predicted: names,
          found: `${logDelay(row)!} s`,
        });
      } else {
        totals.hits += 1;
        byTimer.set(hit.name, (byTimer.get(hit.name) ?? 0) + 1);
        if (elapsed === 'timeout') holdingTimer.push({ sample, line: row.line });
      }
      if (row.trackerStage === null) continue;
      totals.stages += 1;
      const stage = STAGE_OF_REASON.get(row.endReason!) ?? 'none';
      if (stage === row.trackerStage) totals.stageHits += 1;
      else
        misses.push({ sample, line: row.line, what: 'tracker', predicted: stage, found: row.trackerStage });
    }
  }
  const missed = new Set(misses.map(({ sample, line }) => `${sample} ${line}`));
  return { ...totals, bothHit: totals.lines - missed.size, leftOut, byTimer, misses, holdingTimer };
}

export const argueMiss = (miss: LogMiss): ArguedMiss | undefined =>
  ARGUED_MISSES.find(
    (each) => each.sample === miss.sample && each.line === miss.line && each.what === miss.what,
  );

const share = (part: number, whole: number): string =>
  `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;

export function publicLogsText(found: PublicLogs): string {
  return [
    `${found.ends} \`end\` lines of ${sampleNames.length} samples; ${found.lines} carry all the fields.`,
    `Timer: ${share(found.hits, found.lines)} within the lag.`,
    `Tracker stage: ${share(found.stageHits, found.stages)} of the lines with a known code.`,
    `Neither misses: ${share(found.bothHit, found.lines)}.`,
    `Elapsed holds the timer: ${found.holdingTimer.map(({ sample, line }) => `\`${sample}\` line ${line}`).join(', ')}; without that ${share(found.hits - found.holdingTimer.length, found.lines)} within the lag.`,
  ].join('\n');
}

const byCount = (counts: ReadonlyMap<string, number>): string[][] =>
  [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([name, count]) => [name, String(count)]);

export function publicTimerTable(found: PublicLogs): string {
  return markdownTable(
    ['timer', 'lines'],
    byCount(found.byTimer).map(([name, count]) => [`\`${name}\``, count!]),
  );
}

export function publicMissTable(found: PublicLogs): string {
  return markdownTable(
    ['sample', 'line', 'what', 'predicted', 'found', 'who is right', 'why'],
    found.misses.map((miss) => {
      const argued = argueMiss(miss);
      return [
        `\`${miss.sample}\``,
        String(miss.line),
        miss.what,
        miss.predicted,
        miss.found,
        argued?.right ?? '-',
        argued?.because ?? 'not argued',
      ];
    }),
  );
}

export function publicLeftOutTable(found: PublicLogs): string {
  return markdownTable(['left out because', 'lines'], byCount(found.leftOut));
}
