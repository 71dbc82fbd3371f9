// A seed is a history: the same one gives the same steps, in a process of its own and after any others.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { GUARDS } from './guards.ts';
import { sourceWithout } from './take-out.ts';
import { howToRepeat, runSeeds } from './tally.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
async function simulate(...args: string[]): Promise<{ code: number; out: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args], { maxBuffer: 64 * 1024 * 1024 });
    return { code: 0, out: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, out: stdout };
  }
}

test('the same seed gives the same steps to the millisecond, so that what failed once can be looked at', async () => {
  const [first, second, other] = await Promise.all([simulate('--seed', '18'), simulate('--seed', '18'), simulate('--seed', '19')]);
  expect(first.out.split('\n').length).toBeGreaterThan(100);
  expect(second.out).toBe(first.out);
  expect(other.out).not.toBe(first.out);
});

test('what a run of many seeds finds, its seed alone shows again with every step', async () => {
  const without = 'ack-after-commit';
  const { failures } = await runSeeds({ from: 20, seeds: 60, jobs: 1, without, first: true });
  const [failure] = failures;
  expect(failure).toBeDefined();
  if (!failure) return;
  expect(howToRepeat(failure, without)).toContain(`npm run simulate -- --seed ${failure.seed} --without ${without}`);
  const again = await simulate('--seed', String(failure.seed), '--without', without);
  expect(again.code).toBe(1);
  expect(again.out).toContain(`${failure.invariant}: ${failure.message}`);
  expect((await simulate('--seed', String(failure.seed))).code).toBe(0);
});

test.each(GUARDS.map((guard) => [guard.name, guard] as const))('the guard "%s" stands where the calibration looks for it', (_name, guard) => {
  expect(sourceWithout(guard).source).not.toBe('');
});

/** One of each kind that few seeds find; `npm run simulate -- --calibrate` takes out every one. */
test.each([
  ['sequence-guard', 'one-winner'],
  ['rebase', 'follows-rules'],
  ['claim', 'one-effect-per-key'],
  ['fence-of-the-tool', 'fence-not-old'],
])('without the guard "%s" the promise "%s" is seen broken', async (without, invariant) => {
  const { failures } = await runSeeds({ from: 1, seeds: 300, jobs: 1, without, first: true });
  expect(failures.map((failure) => failure.invariant)).toContain(invariant);
});
