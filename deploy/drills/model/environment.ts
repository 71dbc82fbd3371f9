// Which model the installations of drills are given: that of the environment, one of our own that is scripted, or none.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

type Env = NodeJS.ProcessEnv;
/** `name`: as the table shows it. */
export type Model = { name: string; env: Env; close: () => void };

const SCRIPTED = fileURLToPath(new URL('../testing/scripted-main.ts', import.meta.url));

export const withoutModel = (env: Env): Env => Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWO_MODEL')));

/** Throws where none is configured. */
export function modelOf(env: Env): Model {
  const name = env['AWO_MODEL'];
  if (!name) throw new Error('AWO_MODEL names no model. Set it and AWO_MODEL_URL, or take one of our own: --scripted right.');
  return { name, env, close: () => undefined };
}

/** Throws for a mode that it does not have. */
export async function scriptedModelOf(mode: string, env: Env): Promise<Model> {
  const child = spawn(process.execPath, [SCRIPTED, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), once(child, 'close').then(() => [])])) as [string?];
  if (line === undefined) throw new Error(`The scripted model could not be started as "${mode}".`);
  const name = `scripted: ${mode}`;
  return { name, env: { ...withoutModel(env), AWO_MODEL: 'scripted', AWO_MODEL_URL: line }, close: () => void child.kill() };
}
