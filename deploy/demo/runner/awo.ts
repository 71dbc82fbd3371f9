// Runs the same `awo` that anybody types, as a process: shown in the terminal, or read as JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CHECKOUT } from './options.ts';

const AWO = join(CHECKOUT, 'bin', 'awo');

export type Awo = {
  /** Shows the command's own output. Gives its exit code; 130 where it was interrupted. */
  show: (args: string[]) => Promise<number>;
  /** Gives the JSON documents that the command prints, one per line or one in all. Throws with its message where it could not. */
  read: (args: string[]) => Promise<unknown[]>;
};

export function awoAt(home: string, signal: AbortSignal): Awo {
  const env = { ...process.env, AWO_HOME: home };
  return {
    show: async (args) => {
      const child = spawn(AWO, args, { env, stdio: 'inherit' });
      // Ctrl-C on a terminal has reached it already; a second one would mean "now!".
      const interrupt = (): void => void (process.stdin.isTTY || child.kill('SIGINT'));
      signal.addEventListener('abort', interrupt);
      const [code, killedBy]: [number | null, NodeJS.Signals | null] = await ended(child);
      signal.removeEventListener('abort', interrupt);
      return code ?? (killedBy === 'SIGINT' || killedBy === 'SIGTERM' ? 130 : 3);
    },
    read: async (args) => {
      const child = spawn(AWO, [...args, '-o', 'json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const said: string[] = [];
      const complained: string[] = [];
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => complained.push(chunk));
      const [code] = await ended(child, 'close');
      const text = said.join('').trim();
      if (text === '') throw new Error(complained.join('').trim() || `awo ${args[0]} ended with ${code} and said nothing`);
      return parseDocuments(text);
    },
  };
}

async function ended(child: ReturnType<typeof spawn>, event: 'exit' | 'close' = 'exit'): Promise<[number | null, NodeJS.Signals | null]> {
  return (await once(child, event)) as [number | null, NodeJS.Signals | null];
}

function parseDocuments(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return text.split('\n').map((line) => JSON.parse(line) as unknown);
  }
}
