// What every command is given: the terminal, the place it runs in and the way to be interrupted.
import type { DocumentFormat, OutputFormat, Terminal } from './output/print.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export type CliContext = {
  terminal: Terminal;
  env: Env;
  cwd: string;
  /** `--home`. */
  home: string | undefined;
  /** `-o`. */
  format: OutputFormat | undefined;
  /** `-o` where it names a document, for the commands that can make one. */
  document?: DocumentFormat | undefined;
  debug: boolean;
  /** Aborts on Ctrl-C and SIGTERM. */
  signal: AbortSignal;
  stdin: () => Promise<string>;
};
