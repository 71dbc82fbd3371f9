// What the server is started with: its folder, its bounds, and the caller's environment that a suite may see a part of.
import { TerminalError } from '@awo/contracts';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

export type Settings = {
  /** Absolute folder of everything this server keeps: `<AWO_HOME>/tests`. */
  root: string;
  /** Suites that run at the same time, of all servers of this installation on this machine together. */
  cores: number;
  /** A suite starts only where this much memory is free. */
  minFreeBytes: number;
  /** Work trees kept per repository, besides those in use. */
  keepTrees: number;
  /** The environment this server was started in; ./process/environment.ts says what of it a suite sees. */
  callerEnv: Readonly<Record<string, string | undefined>>;
};

export const settingsFrom = (env: Settings['callerEnv'], home: string): Settings => ({
  root: join(home, 'tests'),
  cores: coresIn(env['AWO_TEST_CORES']) ?? availableParallelism(),
  minFreeBytes: 512 * 1024 * 1024,
  keepTrees: 5,
  callerEnv: env,
});

/** Twelve hex digits that stand for a text in a path. */
export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** What an operator says, where a machine has other work as well. Throws TerminalError `bad-config`. */
function coresIn(said: string | undefined): number | null {
  if (said === undefined || said === '') return null;
  const cores = Number(said);
  if (Number.isInteger(cores) && cores >= 1 && cores <= 1024) return cores;
  throw new TerminalError(
    'bad-config',
    `AWO_TEST_CORES is "${said}", expected a number from 1 to 1024: how many suites may run at the same time.`,
    'Leave it out for the cores of the machine.',
  );
}
