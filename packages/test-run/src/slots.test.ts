// Tests of slots.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Free } from './free.ts';
import { settingsFrom } from './settings.ts';
import { coresOf, slots, type TakeCore } from './slots.ts';

const idle: Free = { cores: 8, freeBytes: 1e12, cpuPressure: 0, memoryPressure: 0 };

const forever = new AbortController().signal;

test('no more run than there are slots, and the line is served in order', async () => {
  const turns = slots(2, 0, undefined, () => idle);
  const first = await turns.take(forever);
  const second = await turns.take(forever);
  const order: number[] = [];
  const waiting = [3, 4].map((n) => turns.take(forever).then((give) => (order.push(n), give)));
  expect(order).toEqual([]);
  first();
  first();
  await waiting[0];
  expect(order).toEqual([3]);
  second();
  await waiting[1];
  expect(order).toEqual([3, 4]);
});

test('little memory holds the next suite back while another one runs, and never the only one', async () => {
  let free = 100;
  const turns = slots(8, 512, undefined, () => ({ ...idle, freeBytes: free }));
  const first = await turns.take(forever);
  let started = false;
  const second = turns.take(forever).then((give) => ((started = true), give));
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).toBe(false);
  free = 1000;
  (await second)();
  first();
  free = 0;
  (await turns.take(forever))();
});

test('who gives up waiting does not keep the line from moving', async () => {
  const turns = slots(1, 0, undefined, () => idle);
  const first = await turns.take(forever);
  const gone = new AbortController();
  const left = turns.take(gone.signal);
  const next = turns.take(forever);
  gone.abort();
  await expect(left).rejects.toThrow(/abort/i);
  first();
  (await next)();
});

test.each<[string, Partial<Free>]>([
  ['the cores of its control group', { cores: 1 }],
  ['standstill for memory', { memoryPressure: 0.2 }],
  ['cores that others wait for', { cpuPressure: 0.99 }],
])('a second suite does not start against %s', async (_, tight) => {
  let now: Free = { ...idle, ...tight };
  const turns = slots(8, 0, undefined, () => now);
  const first = await turns.take(forever);
  let started = false;
  const second = turns.take(forever).then((give) => ((started = true), give));
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).toBe(false);
  now = idle;
  (await second)();
  first();
});

test('what runs in the background waits for all others, and holds none of them back', async () => {
  const turns = slots(1, 0, undefined, () => idle);
  const first = await turns.take(forever);
  const order: string[] = [];
  const behind = turns.take(forever, { background: true }).then((give) => (order.push('background'), give));
  const next = turns.take(forever).then((give) => (order.push('next'), give));
  first();
  (await next)();
  const audit = await behind;
  expect(order).toEqual(['next', 'background']);
  (await turns.take(forever))();
  audit();
});

test('of several servers of one machine each core runs one suite, and whose server dies is free again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'awo-cores-'));
  const script = `const { coresOf } = await import(${JSON.stringify(join(import.meta.dirname, 'slots.ts'))}); await coresOf(${JSON.stringify(folder)}, 2)(); console.log('held'); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(other.stdout, 'data');
    let looks = 0;
    const counted: TakeCore = async () => {
      const core = await coresOf(folder, 2)();
      looks += 1;
      return core;
    };
    const [here, there] = [slots(2, 0, coresOf(folder, 2), () => idle), slots(2, 0, counted, () => idle)];
    const first = await here.take(forever);
    let begun = false;
    const second = there.take(forever).then((give) => ((begun = true), give));
    const gone = new AbortController();
    const third = here.take(gone.signal);
    // It has looked for a core, and found none, twice.
    await vi.waitUntil(() => looks >= 2, { timeout: 10_000 });
    expect(begun).toBe(false);
    gone.abort();
    await expect(third).rejects.toThrow();
    other.kill('SIGKILL');
    (await second)();
    first();
    for (const give of [await here.take(forever), await there.take(forever)]) give();
  } finally {
    other.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  ['3', 3],
  [undefined, availableParallelism()],
])('an operator may say how many run at the same time: %s', (said, cores) => expect(settingsFrom({ AWO_TEST_CORES: said }, '/home').cores).toBe(cores));

test('what is no number of cores is refused with what was said and what is expected', () =>
  expect(() => settingsFrom({ AWO_TEST_CORES: 'many' }, '/home')).toThrow(/AWO_TEST_CORES is "many", expected a number from 1 to 1024/));
