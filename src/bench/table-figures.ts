/** What `endreason bench table` says: results as a document and as text. */

import { wrapText } from '../report/wrap.ts';
import { CAPACITIES, CAPACITY_SOURCES, NOT_THE_SAME_WORK } from './capacities.ts';
import { aligned, threeDigits } from './figures-text.ts';
import { describeMachine, type Machine } from './machine.ts';
import type { LeftOut, TableGroup, TableResult } from './table-bench.ts';
import type { Operation } from './table-workloads.ts';

const LINE_LENGTH = 80;

/** The table that the others are given as a multiple of. */
const MEASURE = 'reference';

export interface TableRow {
  readonly ip_version: 4 | 6;
  readonly live_sessions: number;
  readonly workload: string;
  readonly table: string;
  /** what `ns_p50` and `ns_p99` are nanoseconds of: a packet, a session opened, a session ended */
  readonly operation: Operation;
  readonly operations: number;
  readonly seconds: number;
  readonly packets_per_second: number;
  readonly sessions_opened_per_second: number;
  readonly sessions_ended_per_second: number;
  readonly ns_p50: number;
  readonly ns_p99: number;
  readonly bytes_per_session: number | null;
  /** how many times as fast as the reference engine's table; null where that was left out */
  readonly times_reference: number | null;
}

export interface TableDocument {
  readonly machine: Machine;
  readonly rows: readonly TableRow[];
  readonly left_out: readonly LeftOut[];
  readonly firewalls: {
    readonly note: string;
    readonly sources: Readonly<Record<string, string>>;
    readonly models: readonly {
      readonly model: string;
      readonly max_sessions: number;
      readonly new_sessions_per_second: number | null;
      readonly source: string;
    }[];
  };
}

export function tableDocument(groups: readonly TableGroup[]): TableDocument {
  return {
    machine: describeMachine(),
    rows: groups.flatMap(tableRows),
    left_out: groups.flatMap((group) => group.leftOut),
    firewalls: {
      note: NOT_THE_SAME_WORK,
      sources: CAPACITY_SOURCES,
      models: CAPACITIES.map(({ model, maxSessions, newSessionsPerSecond, source }) => ({
        model,
        max_sessions: maxSessions,
        new_sessions_per_second: newSessionsPerSecond,
        source,
      })),
    },
  };
}

export function tableRows({ version, live, results }: TableGroup): TableRow[] {
  return results.map((result) => {
    const { seconds } = result;
    const measure = results.find((each) => each.table === MEASURE && each.workload === result.workload);
    return {
      ip_version: version,
      live_sessions: live,
      workload: result.workload,
      table: result.table,
      operation: result.operation,
      operations: result[result.operation],
      seconds,
      packets_per_second: result.packets / seconds,
      sessions_opened_per_second: result.opened / seconds,
      sessions_ended_per_second: result.ended / seconds,
      ns_p50: result.nsP50,
      ns_p99: result.nsP99,
      bytes_per_session: result.bytesPerSession,
      times_reference: measure === undefined ? null : rate(result) / rate(measure),
    };
  });
}

function rate(result: TableResult): number {
  return result[result.operation] / result.seconds;
}

const OPERATION_TITLES: Readonly<Record<Operation, string>> = {
  packets: 'packet',
  opened: 'session opened',
  ended: 'session ended',
};

/** The figures of one group. */
export function groupLines(group: TableGroup): string[] {
  const cells = tableRows(group).map((row) => [
    row.workload,
    row.table,
    perSecond(row.packets_per_second),
    perSecond(row.sessions_opened_per_second),
    perSecond(row.sessions_ended_per_second),
    row.ns_p50.toFixed(0),
    row.ns_p99.toFixed(0),
    row.bytes_per_session === null ? '-' : row.bytes_per_session.toFixed(0),
    row.times_reference === null ? '-' : threeDigits(row.times_reference),
  ]);
  const head = ['WORKLOAD', 'TABLE', 'PACKETS', 'OPENED', 'ENDED', 'NS P50', 'NS P99', 'BYTES', 'X REF'];
  return [
    `IPv${group.version}, ${group.live} live sessions`,
    ...aligned([head, ...cells], 2),
    ...group.leftOut.map(({ table, because }) => `left out: ${table}: ${because}`),
  ];
}

/** What the columns mean, and what firewalls are published to hold. */
export function closingTableLines(operations: ReadonlyMap<string, Operation>): string[] {
  const ofWhat = [...operations].map(
    ([workload, operation]) => `${workload} a ${OPERATION_TITLES[operation]}`,
  );
  return [
    'PACKETS, OPENED, ENDED: millions a second. NS: nanoseconds of one operation,',
    'median and 99th percentile over slices of 256 packets or one sweep:',
    ...chunks(ofWhat, 3).map((some) => `  ${some.join(', ')}`),
    'BYTES: of a live session with its share of the index. X REF: times as fast as',
    "the reference engine's table.",
    '',
    'Published capacities of firewalls:',
    ...aligned(
      [
        ['MODEL', 'MAX SESSIONS', 'NEW SESSIONS/S'],
        ...CAPACITIES.map(({ model, maxSessions, newSessionsPerSecond }) => [
          model,
          String(maxSessions),
          newSessionsPerSecond === null ? '-' : String(newSessionsPerSecond),
        ]),
      ],
      1,
    ),
    ...wrapText(NOT_THE_SAME_WORK, LINE_LENGTH),
    ...Object.values(CAPACITY_SOURCES).flatMap((source) => wrapText(`Source: ${source}.`, LINE_LENGTH)),
  ];
}

/** In millions, so that a column can be read down. */
function perSecond(count: number): string {
  return count === 0 ? '-' : threeDigits(count / 1e6);
}

function chunks(texts: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, i) =>
    texts.slice(size * i, size * (i + 1)),
  );
}
