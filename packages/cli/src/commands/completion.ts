// awo completion: the script of a shell.
import type { Command } from 'commander';
import { bashScript, fishScript, treeOf, zshScript } from '../completion/scripts.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export async function completion({ terminal }: CliContext, program: Command, shell: keyof typeof SCRIPTS): Promise<ExitCode> {
  terminal.out(SCRIPTS[shell](treeOf(program)).trimEnd());
  return EXIT.reached;
}
