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

/** Undefined where none is configured. */
export function configuredModel(env: Env): Model | undefined {
  const name = env['AWO_MODEL'];
  return name ? { name, env, close: () => undefined } : undefined;
}

/** Undefined for a mode that it does not have, which it says itself. It ends with its input, and so with us. */
export async function scriptedModel(mode: string, env: Env): Promise<Model | undefined> {
  const child = spawn(process.execPath, [SCRIPTED, mode], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), once(child, 'close').then(() => [])])) as [string?];
  if (url === undefined) return undefined;
  return { name: `scripted: ${mode}`, env: { ...withoutModel(env), AWO_MODEL: 'scripted', AWO_MODEL_URL: url }, close: () => void child.kill() };
}
