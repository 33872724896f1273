/** One table under one workload: how long its operations took, and whether its counts are right. */
import type { Timeouts } from '../firewall/timeouts.ts';
import { BenchError } from './bench-error.ts';
import { memoryInUse } from './memory-use.ts';
import { percentile } from './statistics.ts';
import { makeColumns, type TableKind, type TableUnderTest } from './table-under-test.ts';
import type { TableWorkload, WorkloadPlan } from './table-workloads.ts';

/** Packets of a slice: short enough that the 99th percentile shows what few of them waited for. */
const SLICE_PACKETS = 256;

export interface TableRunOptions {
  readonly kind: TableKind;
  readonly workload: TableWorkload;
  readonly version: 4 | 6;
  readonly live: number;
  /** packets that are timed */
  readonly packets: number;
  readonly seed: number;
  readonly timeouts: Timeouts;
}

export interface TableFigures {
  /** packets offered, sessions opened, sessions ended while the clock ran */
  readonly packets: number;
  readonly opened: number;
  readonly ended: number;
  readonly seconds: number;
  /** nanoseconds of one operation: the workload says which; over slices of the run */
  readonly nsP50: number;
  readonly nsP99: number;
  /** of a session, with its share of the index; null where the table does not hold its sessions at the end */
  readonly bytesPerSession: number | null;
}

/** @throws BenchError where the table's counts are not those of the workload: a wrong answer has no figures */
export function runTable(options: TableRunOptions): TableFigures {
  const { kind, workload, version, timeouts } = options;
  const plan = workload.plan(options);
  const packets = makeColumns(version, SLICE_PACKETS);
  const before = memoryInUse();
  const table = kind.make(plan.capacity, timeouts);
  const spent = { packets: 0, opened: 0, ended: 0, seconds: 0 };
  const nanoseconds: number[] = [];
  for (const step of plan.steps(packets)) {
    const counted = table.counts;
    const begin = performance.now();
    if (packets.count > 0) table.offer(packets);
    if (step.sweep !== null) table.sweep(step.sweep);
    const milliseconds = performance.now() - begin;
    if (!step.timed) continue;
    const { opened, ended } = table.counts;
    const done = { packets: packets.count, opened: opened - counted.opened, ended: ended - counted.ended };
    spent.packets += done.packets;
    spent.opened += done.opened;
    spent.ended += done.ended;
    spent.seconds += milliseconds / 1000;
    addSlice(nanoseconds, milliseconds, done[workload.operation]);
  }
  check(table, plan, options);
  const grown = table.live === 0 ? null : (table.memoryBytes() ?? memoryInUse() - before);
  return {
    ...spent,
    nsP50: percentile(nanoseconds, 0.5),
    nsP99: percentile(nanoseconds, 0.99),
    bytesPerSession: grown === null ? null : grown / table.live,
  };
}

/** A slice in which no such operation happened has no time for one. */
function addSlice(nanoseconds: number[], milliseconds: number, operations: number): void {
  if (operations > 0) nanoseconds.push((milliseconds * 1e6) / operations);
}

type CheckedCount = 'opened' | 'found' | 'ended' | 'live';
const CHECKED: readonly CheckedCount[] = ['opened', 'found', 'ended', 'live'];

function check(table: TableUnderTest, { expected }: WorkloadPlan, options: TableRunOptions): void {
  const counts = { ...table.counts, live: table.live };
  const wrong = CHECKED.find((name) => counts[name] !== expected[name]);
  if (wrong === undefined) return;
  const { kind, workload, live, version } = options;
  throw new BenchError(
    `table ${kind.name}, workload ${workload.name}, ${live} live, IPv${version}: ${wrong} is ${counts[wrong]} where ${expected[wrong]} is right: a fault of endreason, please report it`,
  );
}
