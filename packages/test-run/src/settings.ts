// What the server is started with: its folder, its bounds, and the caller's environment that a suite may see a part of.
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

export type Settings = {
  /** Absolute folder of everything this server keeps: `<AWO_HOME>/tests`. */
  root: string;
  /** Suites that run at the same time. */
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
  cores: availableParallelism(),
  minFreeBytes: 512 * 1024 * 1024,
  keepTrees: 5,
  callerEnv: env,
});

/** Twelve hex digits that stand for a text in a path. */
export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
