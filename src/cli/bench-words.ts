/** The words of `endreason bench`: what there is to say, and what it means. */
import { Command, Option } from 'commander';
import { WORKLOAD_NAMES, WORKLOADS, type WorkloadName, type WorkloadSize } from '../bench/workloads.ts';
import { wrapText } from '../report/wrap.ts';
import { parseCount } from './counts.ts';
import { UsageError } from './errors.ts';

export interface GenerateWords {
  readonly workload: WorkloadName;
  readonly seed: number;
  /** at most one is said, the others are Infinity */
  readonly size: WorkloadSize;
  /** null: standard output */
  readonly output: string | null;
  readonly quiet: boolean;
}

export interface BenchActions {
  generate(words: GenerateWords): Promise<void>;
}

const DESCRIPTION = 'Measures how fast sessions are rebuilt, and makes the captures to measure with.';

const EXAMPLES = `
Examples:
  a gigabyte of everyday traffic, the same bytes for the same seed:
    endreason bench generate mix --output mix.pcap
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
  addGenerate(command, actions);
  return command;
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
    .addOption(count('--seed <n>', 'another seed, another capture of the same kind', 0).default(1))
    .addOption(count('--packets <n>', 'stop after so many packets', 1).conflicts(['sessions', 'bytes']))
    .addOption(
      count('--sessions <n>', 'so many conversations, each to its end', 1).conflicts(['packets', 'bytes']),
    )
    .addOption(count('--bytes <n>', 'a file of at most so many bytes', 1).conflicts(['packets', 'sessions']))
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

/** An option that takes a number of things. */
function count(flags: string, description: string, least: number): Option {
  const name = flags.split(' ')[0]!;
  return new Option(flags, description).argParser((text: string) => parseCount(name, text, least));
}
