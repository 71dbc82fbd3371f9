// Runs one command line and answers with its exit code. Every error ends here, as one message and a way out.
import type { WriteStream } from 'node:tty';
import { CommanderError } from 'commander';
import type { Env } from './context.ts';
import { EXIT, exitOf } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { buildProgram } from './program/program.ts';
import { terminalOf } from './terminal.ts';

export type CliProcess = {
  argv: readonly string[];
  env: Env;
  cwd: string;
  stdout: NodeJS.WritableStream & Pick<Partial<WriteStream>, 'isTTY' | 'columns' | 'hasColors'>;
  stderr: NodeJS.WritableStream;
  stdin: () => Promise<string>;
  signal: AbortSignal;
};

/** How long a command may take to let go after an interruption, in milliseconds. */
const GRACE_MS = 3000;

export async function runCli({ argv, env, cwd, stdout, stderr, stdin, signal }: CliProcess): Promise<ExitCode> {
  const terminal = terminalOf(stdout, stderr, env);
  let code: ExitCode = EXIT.reached;
  const debug = argv.includes('--debug');
  const program = buildProgram({ terminal, env, cwd, signal, stdin, debug }, (ended) => (code = ended));
  let grace: NodeJS.Timeout | undefined;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => (grace = setTimeout(() => reject(new Error('interrupted')), GRACE_MS).unref()), { once: true });
  });
  try {
    await Promise.race([program.parseAsync(argv.length > 0 ? [...argv] : ['--help'], { from: 'user' }), interrupted]);
    return code;
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.reached : EXIT.wrongUsage;
    const { code: failed, message, hint } = exitOf(error);
    terminal.err(`awo: ${message}`);
    if (hint) terminal.err(hint);
    if (debug && error instanceof Error) terminal.err(error.stack ?? '');
    return failed;
  } finally {
    clearTimeout(grace);
  }
}
