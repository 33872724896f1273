/** The first word of the command line. */
import { createRequire } from 'node:module';
import { type Command, CommanderError } from 'commander';
import { UsageError } from './errors.ts';
import { type CliIo, widthOf } from './io.ts';
import { LATER_COMMANDS, notInThisVersion } from './later.ts';
import { runSessions } from './sessions.ts';
import { sessionsCommand } from './sessions-words.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** Runs what the words say. @returns the exit status, and text for standard output that is no result (help) */
export async function dispatch(
  argv: readonly string[],
  io: CliIo,
): Promise<{ readonly status: number; readonly text: string }> {
  const [word, ...rest] = argv;
  if (word !== undefined && LATER_COMMANDS.includes(word)) throw notInThisVersion(word);
  const words = word === 'sessions' ? rest : argv;
  const asksForHelp = word === undefined || word === 'help';

  let status = 0;
  let text = '';
  const command = sessionsCommand(version, async (said) => {
    const first = said.captures[0]!;
    if (first === 'sessions') throw misplacedCommand(first);
    if (LATER_COMMANDS.includes(first)) throw notInThisVersion(first);
    status = await runSessions(said, io);
  });
  command.exitOverride().configureOutput({
    writeOut: (written) => {
      text += written;
    },
    writeErr: () => {},
    getOutHelpWidth: () => widthOf(io.stdout, io.env),
    getOutHasColors: () => false,
  });
  try {
    await parse(command, asksForHelp ? ['--help'] : words);
  } catch (error) {
    // Help and version come as errors that are none.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
  return { status, text };
}

async function parse(command: Command, words: readonly string[]): Promise<void> {
  await command.parseAsync(words, { from: 'user' });
}

function misplacedCommand(name: string): UsageError {
  return new UsageError(
    `${name}: a command goes first (endreason ${name} ...); for a file of that name give ./${name}`,
  );
}
