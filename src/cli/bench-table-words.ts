/** The words of `endreason bench table`. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { TableBenchOptions } from '../bench/table-bench.ts';
import type { TableKind } from '../bench/table-under-test.ts';
import { TABLE_WORKLOADS, type TableWorkload } from '../bench/table-workloads.ts';
import { TABLE_KINDS } from '../bench/tables.ts';
import { wrapText } from '../report/wrap.ts';
import { countOption, parseCount } from './counts.ts';
import { UsageError } from './errors.ts';

export interface TableWords extends Omit<TableBenchOptions, 'signal'> {
  readonly json: boolean;
}

interface RawTable {
  readonly live?: readonly number[];
  readonly packets: number;
  readonly workload?: readonly TableWorkload[];
  readonly table?: readonly TableKind[];
  readonly family: '4' | '6' | 'both';
  readonly seed: number;
  readonly json?: true;
}

const LEAST_LIVE = 100;
const DEFAULT_LIVE: readonly number[] = [10_000, 50_000];

const FAMILIES: Readonly<Record<RawTable['family'], readonly (4 | 6)[]>> = { 4: [4], 6: [6], both: [4, 6] };

const described = (rows: readonly { readonly name: string; readonly about: string }[]): string =>
  rows.flatMap(({ name, about }) => wrapText(about, 80, `  ${name.padEnd(13)} `)).join('\n');

const NOTES = `
Workloads:
${described(TABLE_WORKLOADS)}

Tables:
${described(TABLE_KINDS)}

A table whose counts are wrong has no figures. Millions of live sessions in a
Map need a larger heap: NODE_OPTIONS=--max-old-space-size=16000.`;

/** Adds `table` to the commands of `endreason bench`. */
export function addTable(command: Command, action: (words: TableWords) => Promise<void>): void {
  command
    .command('table')
    .summary('the session table alone, beside other tables')
    .usage('[options]')
    .description(
      'Measures session tables without captures: new sessions, look-ups, expiry, a SYN flood; and what firewalls are published to do.',
    )
    .addOption(
      new Option('--live <n,...>', 'live sessions, one or several numbers (default: 10k,50k)').argParser(
        parseLive,
      ),
    )
    .addOption(
      countOption('--packets <n>', 'packets that are timed, where the workload leaves it open', 1).default(
        20_000,
      ),
    )
    .addOption(listOption('--workload', 'workloads (default: all)', TABLE_WORKLOADS))
    .addOption(listOption('--table', 'tables (default: all)', TABLE_KINDS))
    .addOption(new Option('--family <ip>', 'IP version').choices(Object.keys(FAMILIES)).default('4'))
    .addOption(countOption('--seed <n>', 'another seed, other look-ups', 0).default(1))
    .option('--json', 'the figures as JSON')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', NOTES)
    .action((raw: RawTable) => action(tableWords(raw)));
}

function tableWords(raw: RawTable): TableWords {
  return {
    kinds: raw.table ?? TABLE_KINDS,
    named: raw.table !== undefined,
    workloads: raw.workload ?? TABLE_WORKLOADS,
    versions: FAMILIES[raw.family],
    live: raw.live ?? DEFAULT_LIVE,
    packets: raw.packets,
    seed: raw.seed,
    json: raw.json ?? false,
  };
}

function parseLive(text: string): readonly number[] {
  const numbers = text.split(',').map((each) => parseCount('--live', each, LEAST_LIVE));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** An option that takes one name or several; they are given back in the order of the table. */
function listOption<Row extends { readonly name: string }>(
  flag: string,
  description: string,
  rows: readonly Row[],
): Option {
  return new Option(`${flag} <name,...>`, description).argParser((text: string): readonly Row[] => {
    const names = text.split(',');
    const unknown = names.find((name) => !rows.some((row) => row.name === name));
    if (unknown !== undefined) {
      const allowed = rows.map((row) => row.name).join(', ');
      throw new UsageError(`${flag} ${unknown}: there is none of that name; allowed: ${allowed}`);
    }
    return rows.filter((row) => names.includes(row.name));
  });
}
