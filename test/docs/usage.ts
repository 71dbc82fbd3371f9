// The commands and options that awo has, as its own help tells them.
import { awo } from '../support/awo.ts';

async function helpOf(...words: string[]): Promise<string> {
  const { code, out, err } = await awo([...words, '--help'], process.env);
  if (code !== 0) throw new Error(`awo ${words.join(' ')} --help ended with ${code}: ${err}`);
  return out;
}

const commandsIn = (help: string): string[] => [...help.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name = '']) => name);

/** Every command with its options; those of `tools add` and its like count for `tools`, as `test order` does for `test`. */
export async function readUsage(): Promise<Map<string, string[]>> {
  const usage = new Map<string, string[]>();
  for (const command of commandsIn(await helpOf())) {
    if (command === 'help') continue;
    const helps = [await helpOf(command)];
    if (command === 'tools') for (const verb of ['list', 'add', 'pin', 'remove']) helps.push(await helpOf(command, verb));
    if (command === 'test') for (const verb of ['order', 'backtest', 'flaky', 'select']) helps.push(await helpOf(command, verb));
    usage.set(
      command,
      [...helps.join('\n').matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option),
    );
  }
  return usage;
}
