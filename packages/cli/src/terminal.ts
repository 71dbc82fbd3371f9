// The terminal of a command from real streams: width, colours, and whether an area may be redrawn.
import type { WriteStream } from 'node:tty';
import type { Env } from './context.ts';
import type { Terminal } from './output/print.ts';
import { styleFor } from './output/style.ts';

export function terminalOf(
  stdout: NodeJS.WritableStream & Pick<Partial<WriteStream>, 'isTTY' | 'columns' | 'hasColors'>,
  stderr: NodeJS.WritableStream,
  env: Env,
): Terminal {
  const redraws = stdout.isTTY === true && !isSet(env['CI']) && env['TERM'] !== 'dumb';
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    isTty: stdout.isTTY === true,
    columns: () => (stdout.isTTY ? (stdout.columns ?? 80) : Infinity),
    style: styleFor(stdout, env),
    ...(redraws ? { screen: async () => (await import('./timeline/screen.ts')).openScreen(stdout as WriteStream) } : {}),
  };
}

const isSet = (value: string | undefined) => value !== undefined && value !== '' && value !== '0' && value !== 'false';
