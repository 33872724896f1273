/** The words of `endreason bench`: what there is to say, and what it means. */
import { Command, Option } from 'commander';
import { WORKLOAD_NAMES, WORKLOADS, type WorkloadName, type WorkloadSize } from '../bench/workloads.ts';
import { ENGINE_NAMES, type EngineName } from '../report/rebuild.ts';
import { FORMAT_NAMES, type FormatName } from '../report/sessions-report.ts';
import { wrapText } from '../report/wrap.ts';
import { addTable, type TableWords } from './bench-table-words.ts';
import { parseEngine } from './capture-words.ts';
import { countOption } from './counts.ts';
import { UsageError } from './errors.ts';
import { parseFormat } from './sessions-words.ts';

export interface GenerateWords {
  readonly workload: WorkloadName;
  readonly seed: number;
  /** at most one is said, the others are Infinity */
  readonly size: WorkloadSize;
  /** null: standard output */
  readonly output: string | null;
  readonly quiet: boolean;
}

export interface CaptureWords {
  readonly captures: readonly string[];
  readonly engine: EngineName;
  /** null: the summary */
  readonly format: FormatName | null;
  readonly runs: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

export interface BenchActions {
  table(words: TableWords): Promise<void>;
  capture(words: CaptureWords): Promise<void>;
  generate(words: GenerateWords): Promise<void>;
}

const DESCRIPTION = 'Measures how fast sessions are rebuilt, and makes the captures to measure with.';

const EXAMPLES = `
Examples:
  a gigabyte of everyday traffic, the same bytes for the same seed:
    endreason bench generate mix --output mix.pcap
  how fast the sessions of a capture are rebuilt, and where the time goes:
    endreason bench capture mix.pcap
  session tables side by side, with a million live sessions:
    endreason bench table --live 1M --table map,map-columns
  a SYN flood of a million packets through the main job:
    endreason bench generate synflood --packets 1M | endreason --summary -

endreason bench COMMAND --help says what each has.`;

/** The command with its own commands below it. */
export function benchCommand(actions: BenchActions): Command {
  const command = new Command('endreason bench')
    .usage('COMMAND [options]')
    .description(DESCRIPTION)
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);
  addTable(command, actions.table);
  addCapture(command, actions);
  addGenerate(command, actions);
  return command;
}

const CAPTURE_NOTES = `
The files are read once for the checksum, which is the same whichever engine,
then once for each run. A run goes from opening the files to the last byte of
the result, which is thrown away; one that has other sessions has no figures.`;

interface RawCapture {
  readonly engine?: EngineName;
  readonly format?: FormatName;
  readonly runs: number;
  readonly json?: true;
  readonly quiet?: true;
}

function addCapture(command: Command, actions: BenchActions): void {
  command
    .command('capture')
    .summary('throughput on captures of your own')
    .usage('CAPTURE... [options]')
    .description('Rebuilds the sessions of captures several times: packets, bytes and sessions a second.')
    .argument('[capture...]')
    .configureHelp({ visibleArguments: () => [] })
    .addOption(
      new Option(
        '--engine <name>',
        `the engine: ${ENGINE_NAMES.join(', ')} (default: ${ENGINE_NAMES[0]})`,
      ).argParser(parseEngine),
    )
    .addOption(
      new Option('--format <format>', `${FORMAT_NAMES.join(', ')} (default: the summary)`).argParser(
        parseFormat,
      ),
    )
    .addOption(countOption('--runs <n>', 'so many runs', 1).default(5))
    .option('--json', 'the figures as JSON')
    .option('-q, --quiet', 'only errors and damage on standard error')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', CAPTURE_NOTES)
    .action((captures: string[], raw: RawCapture) => actions.capture(captureWords(captures, raw)));
}

function captureWords(captures: readonly string[], raw: RawCapture): CaptureWords {
  if (captures.length === 0)
    throw new UsageError('bench capture: no capture is named; give a file or a directory');
  if (captures.includes('-')) {
    throw new UsageError(
      'bench capture -: the input is read several times, which standard input does not allow; give files',
    );
  }
  return {
    captures,
    engine: raw.engine ?? ENGINE_NAMES[0],
    format: raw.format ?? null,
    runs: raw.runs,
    json: raw.json ?? false,
    quiet: raw.quiet ?? false,
  };
}

const GENERATE_NOTES = `
Workloads:
${WORKLOAD_NAMES.flatMap((name) => wrapText(WORKLOADS[name].summary, 80, `  ${name.padEnd(9)} `)).join('\n')}

N is a whole number; k, M, G, Ki, Mi, Gi may follow it. Without any of the three
sizes mix has 1 GiB, small 1M conversations, synflood 10M packets.`;

interface RawGenerate {
  readonly seed: number;
  readonly packets?: number;
  readonly sessions?: number;
  readonly bytes?: number;
  readonly output?: string;
  readonly quiet?: true;
}

function addGenerate(command: Command, actions: BenchActions): void {
  command
    .command('generate')
    .summary('write a workload capture')
    .usage('mix|small|synflood [options]')
    .description('Writes a workload as a capture (pcap): the same seed gives the same bytes, everywhere.')
    .argument('<workload>')
    .configureHelp({ visibleArguments: () => [] })
    .addOption(countOption('--seed <n>', 'another seed, another capture of the same kind', 0).default(1))
    .addOption(countOption('--packets <n>', 'stop after so many packets', 1).conflicts(['sessions', 'bytes']))
    .addOption(
      countOption('--sessions <n>', 'so many conversations, each to its end', 1).conflicts([
        'packets',
        'bytes',
      ]),
    )
    .addOption(
      countOption('--bytes <n>', 'a file of at most so many bytes', 1).conflicts(['packets', 'sessions']),
    )
    .option('-o, --output <file>', 'write to a file (default: standard output)')
    .option('-q, --quiet', 'do not say on standard error what was written')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', GENERATE_NOTES)
    .action((workload: string, raw: RawGenerate) => actions.generate(generateWords(workload, raw)));
}

function generateWords(workload: string, raw: RawGenerate): GenerateWords {
  const name = WORKLOAD_NAMES.find((known) => known === workload);
  if (name === undefined) {
    throw new UsageError(
      `bench generate ${workload}: unknown workload; allowed: ${WORKLOAD_NAMES.join(', ')}`,
    );
  }
  return {
    workload: name,
    seed: raw.seed,
    size: {
      packets: raw.packets ?? Infinity,
      sessions: raw.sessions ?? Infinity,
      bytes: raw.bytes ?? Infinity,
    },
    output: raw.output ?? null,
    quiet: raw.quiet ?? false,
  };
}
