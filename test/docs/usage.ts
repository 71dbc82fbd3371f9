// The commands and options that awo has, as its own help tells them.
import { awo } from '../support/awo.ts';

async function helpOf(...words: string[]): Promise<string> {
  const { code, out, err } = await awo([...words, '--help'], process.env);
  if (code !== 0) throw new Error(`awo ${words.join(' ')} --help ended with ${code}: ${err}`);
  return out;
}

const commandsIn = (help: string): string[] => [...help.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name = '']) => name);

/** Every command with its options; those of `tools add` and its like count for `tools`. */
export async function readUsage(): Promise<Map<string, string[]>> {
  const usage = new Map<string, string[]>();
  for (const command of commandsIn(await helpOf())) {
    if (command === 'help') continue;
    const helps = [await helpOf(command)];
    for (const verb of commandsIn(helps[0] ?? '')) if (verb !== 'help') helps.push(await helpOf(command, verb));
    usage.set(
      command,
      [...helps.join('\n').matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option),
    );
  }
  return usage;
}
