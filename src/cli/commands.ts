/** The first word of the command line. */
import { type Command, CommanderError } from 'commander';
import { commanderError, UsageError } from './errors.ts';
import { type CliIo, widthOf } from './io.ts';
import { LATER_COMMANDS, notInThisVersion } from './later.ts';
import { runSessions } from './sessions.ts';
import { sessionsCommand } from './sessions-words.ts';
import { packageVersion } from './version.ts';

/** Told the exit status of a command that has run. */
type Finish = (status: number) => void;

type MakeCommand = (io: CliIo, finish: Finish) => Promise<Command>;

/** The commands by their first word; `sessions` is meant where there is none. The others are loaded when asked for. */
const COMMANDS: Readonly<Record<string, MakeCommand>> = {
  sessions: async (io, finish) =>
    sessionsCommand(packageVersion(), async (said) => {
      const first = said.captures[0]!;
      if (Object.hasOwn(COMMANDS, first)) throw misplacedCommand(first);
      if (LATER_COMMANDS.includes(first)) throw notInThisVersion(first);
      finish(await runSessions(said, io));
    }),
  report: async (io, finish) => (await import('./report.ts')).makeReportCommand(io, finish),
  timeouts: async (io, finish) => (await import('./timeouts.ts')).makeTimeoutsCommand(io, finish),
  compare: async (io, finish) => (await import('./compare.ts')).makeCompareCommand(io, finish),
  bench: async (io, finish) => (await import('./bench.ts')).makeBenchCommand(io, finish),
  explain: async (io, finish) => (await import('./explain.ts')).makeExplainCommand(io, finish),
};

/** Runs what the words say. @returns the exit status, and text for standard output that is no result (help) */
export async function dispatch(
  argv: readonly string[],
  io: CliIo,
): Promise<{ readonly status: number; readonly text: string }> {
  const [word, ...rest] = argv;
  if (word !== undefined && LATER_COMMANDS.includes(word)) throw notInThisVersion(word);
  const named = word !== undefined && Object.hasOwn(COMMANDS, word);
  const words = named ? rest : argv;
  const asksForHelp = word === undefined || word === 'help' || (word === 'bench' && rest.length === 0);

  let status = 0;
  let text = '';
  const command = await COMMANDS[named ? word : 'sessions']!(io, (reached) => {
    status = reached;
  });
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (written) => {
        text += written;
      },
      writeErr: () => {},
      getOutHelpWidth: () => widthOf(io.stdout, io.env),
      getOutHasColors: () => false,
    });
  }
  try {
    await parse(command, asksForHelp ? ['--help'] : words);
  } catch (error) {
    // Help and version come as errors that are none.
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw commanderError(error, commandLine(command, words));
  }
  return { status, text };
}

async function parse(command: Command, words: readonly string[]): Promise<void> {
  await command.parseAsync(words, { from: 'user' });
}

/** `endreason bench generate`: the words that name the command which was meant. */
function commandLine(command: Command, words: readonly string[]): string {
  const below = command.commands.find((each) => each.name() === words[0]);
  return [command.name(), ...(below === undefined ? [] : [below.name()])].join(' ');
}

function misplacedCommand(name: string): UsageError {
  return new UsageError(
    `${name}: a command goes first (endreason ${name} ...); for a file of that name give ./${name}`,
  );
}
