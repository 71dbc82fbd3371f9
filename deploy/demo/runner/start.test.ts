// A start that cannot be: the demo says what is missing and ends, with nothing left running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

test('where nobody answers at NATS_URL the demo ends with 3 and says so: an open port of its own would keep it for ever', { timeout: 60_000 }, async () => {
  const home = await mkdtemp(join(tmpdir(), 'demo-nobody-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'run.ts'), '--once', '--home', home], {
    env: { ...process.env, NATS_URL: 'nats://127.0.0.1:1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  expect(await once(child, 'close')).toEqual([3, null]);
  expect(said.join('')).toContain('nats://127.0.0.1:1');
  expect(said.join('')).not.toMatch(/^ {4}at |Node\.js v/m);
});
