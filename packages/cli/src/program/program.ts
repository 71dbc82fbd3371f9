// The command tree: names, arguments, options. What a command needs is loaded when it runs.
import { VERSION } from '@awo/contracts';
import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { UsageError } from '../exit-codes.ts';
import { DOCUMENTS, FORMATS } from '../output/print.ts';
import type { DocumentFormat, OutputFormat } from '../output/print.ts';
import { addArchiveCommands } from './archive-commands.ts';
import { choice } from './choice.ts';
import { addCanaryCommands } from './canary-commands.ts';
import { addGoalCommands } from './goal-commands.ts';
import { addRepairCommands } from './repair-commands.ts';
import { addReadingCommands } from './reading-commands.ts';
import { addSystemCommands } from './system-commands.ts';

export type Surroundings = Omit<CliContext, 'home' | 'format' | 'document'>;
/** Runs a command's work in its context and keeps its exit code. `documents`: it can make them. */
export type Go = (work: (context: CliContext) => Promise<ExitCode>, options?: { documents: boolean }) => Promise<void>;

const documentOf = (output: string | undefined): DocumentFormat | undefined => DOCUMENTS.find((one) => one === output);
const formatOf = (output: string | undefined): OutputFormat | undefined => FORMATS.find((one) => one === output);

export function buildProgram(surroundings: Surroundings, ended: (code: ExitCode) => void): Command {
  const program = new Command('awo');
  const { terminal } = surroundings;
  const go: Go = async (work, { documents } = { documents: false }) => {
    const { home, output } = program.opts<{ home?: string; output?: string }>();
    const document = documentOf(output);
    if (document && !documents)
      throw new UsageError(`-o ${document} is not for this command.`, `It prints ${FORMATS.join(', ')}; awo impact prints ${DOCUMENTS.join(', ')} as well.`);
    ended(await work({ ...surroundings, home, format: formatOf(output), document }));
  };
  program
    .description('Goal in, safe release out, every decision shown.')
    .addOption(choice('-o, --output <format>', 'print data instead of text', [...FORMATS, ...DOCUMENTS]))
    .option('--home <dir>', "the installation's folder (default: AWO_HOME, the nearest .awo upward, the checkout's .awo)")
    .option('--debug', 'show where an error comes from')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpCommand(new Command('help').argument('[command]').description('show help of a command').helpGroup('Installation:'))
    .showHelpAfterError('(add --help to see what it takes)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'awo: ')),
    })
    .addHelpText('after', '\nExit codes: 0 reached, 1 ended otherwise, 2 wrong usage, 3 cannot be reached or set up, 130 interrupted.')
    // Commands made below inherit this: an error is thrown and turned into exit code 2, never process.exit in the middle of output.
    .exitOverride();
  addGoalCommands(program, go);
  addRepairCommands(program, go);
  addReadingCommands(program, go);
  addArchiveCommands(program, go);
  addCanaryCommands(program, go);
  addSystemCommands(program, go);
  return program;
}
