/** All tables under all workloads that were asked for, one after the other. */
import { defaultTimeouts } from '../firewall/timeouts.ts';
import { runTable, type TableFigures } from './table-run.ts';
import type { TableKind } from './table-under-test.ts';
import type { Operation, TableWorkload } from './table-workloads.ts';

export interface TableBenchOptions {
  readonly kinds: readonly TableKind[];
  /** whether the tables were named: then none is left out for being slow */
  readonly named: boolean;
  readonly workloads: readonly TableWorkload[];
  readonly versions: readonly (4 | 6)[];
  /** live sessions, from few to many */
  readonly live: readonly number[];
  readonly packets: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface TableResult extends TableFigures {
  readonly table: string;
  readonly workload: string;
  readonly operation: Operation;
}

export interface LeftOut {
  readonly table: string;
  readonly live: number;
  readonly because: string;
}

/** Everything at one number of live sessions, with one IP version. */
export interface TableGroup {
  readonly version: 4 | 6;
  readonly live: number;
  readonly results: readonly TableResult[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * @throws BenchError where a table's counts are wrong, or what the signal was aborted with
 */
export async function* benchTables(options: TableBenchOptions): AsyncGenerator<TableGroup> {
  for (const version of options.versions) {
    for (const live of options.live) yield await benchGroup(options, version, live);
  }
}

async function benchGroup(options: TableBenchOptions, version: 4 | 6, live: number): Promise<TableGroup> {
  const results: TableResult[] = [];
  const leftOut: LeftOut[] = [];
  const patient = options.kinds.filter((kind) => options.named || live <= kind.patience);
  for (const kind of options.kinds.filter((each) => !patient.includes(each))) {
    const because = `more than ${kind.patience} live sessions would take minutes; --table ${kind.name} measures it all the same`;
    leftOut.push({ table: kind.name, live, because });
  }
  for (const workload of options.workloads) {
    for (const kind of patient) {
      // lets a Ctrl-C through
      await new Promise((resolve) => setImmediate(resolve));
      options.signal.throwIfAborted();
      try {
        const figures = runTable({ ...options, kind, workload, version, live, timeouts: defaultTimeouts() });
        results.push({
          table: kind.name,
          workload: workload.name,
          operation: workload.operation,
          ...figures,
        });
      } catch (error) {
        // what a Map says beyond 2^24 keys
        if (!(error instanceof RangeError)) throw error;
        leftOut.push({ table: kind.name, live, because: `${workload.name}: ${error.message}` });
      }
    }
  }
  return { version, live, results, leftOut };
}
