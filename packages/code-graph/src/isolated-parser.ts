// Parses what could bring a native parser down in a process of its own, which may die without harm.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Parsed, UNPARSABLE } from './parsed.ts';

const CHILD = fileURLToPath(new URL('./isolated-parser-main.ts', import.meta.url));
const DEADLINE_MS = 20_000;

export type ParseRequest = { source: string; ending: string };
export type IsolatedParser = {
  /** One at a time. UNPARSABLE where the process died of it or took too long. */
  parse(source: string, ending: string): Promise<Parsed>;
  close(): void;
};

/** The process is started by the first file that needs it. */
export function openIsolatedParser(): IsolatedParser {
  let child: ChildProcess | null = null;
  const start = (): ChildProcess => fork(CHILD, { execArgv: [], env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' });
  return {
    parse(source, ending) {
      const running = (child ??= start());
      return new Promise((resolve) => {
        const settle = (parsed: Parsed): void => {
          clearTimeout(deadline);
          running.removeAllListeners();
          // Errors of a process that is given up already must not surface later.
          running.on('error', () => undefined);
          resolve(parsed);
        };
        const lose = (): void => {
          child = null;
          running.kill('SIGKILL');
          settle(UNPARSABLE);
        };
        const deadline = setTimeout(lose, DEADLINE_MS);
        running.once('message', (parsed) => settle(parsed as Parsed));
        running.once('exit', lose);
        running.once('error', lose);
        running.send({ source, ending } satisfies ParseRequest, (error) => error && lose());
      });
    },
    close() {
      child?.kill('SIGKILL');
      child = null;
    },
  };
}
