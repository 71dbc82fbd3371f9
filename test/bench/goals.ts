// Drives goals through worker processes and times each from the first commit to the last.
import { randomUUID } from 'node:crypto';
import type { PlanStep, Role } from '@awo/contracts';
import { parseLogSubject } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { goalIdFor } from '@awo/bus';

export const BENCH_ROLES: readonly Role[] = ['impact', 'test', 'deploy', 'monitor', 'diagnosis'];

/** A chain of relay steps, the first one after `first`; each goes to another role than the one before. */
export const planOf = (steps: number, first: readonly string[] = []): PlanStep[] =>
  Array.from({ length: steps }, (_, n) => ({
    id: `relay-${n + 1}`,
    kind: 'relay',
    role: BENCH_ROLES[n % BENCH_ROLES.length] ?? 'impact',
    needs: n === 0 ? [...first] : [`relay-${n}`],
    when: 'passed',
    input: n === steps - 1 ? { last: true } : {},
    because: 'a hand-over to be measured',
  }));

/** Milliseconds from before the first commit is sent until the last one is seen. */
export type Driver = { run: () => Promise<number>; stop: () => void };

/** The goal begins as the planner would begin it: with its first commit. */
export function driveGoals(bus: Bus, steps = BENCH_ROLES.length): Driver {
  const plan = planOf(steps);
  const open = new Map<string, () => void>();
  // A goal is over when a commit is addressed to nobody; the subject alone tells.
  const sub = bus.nc.subscribe('awo.log.*.*.nobody', {
    callback: (error, msg) => {
      if (!error) open.get(parseLogSubject(msg.subject).goal)?.();
    },
  });
  return {
    stop: () => sub.unsubscribe(),
    run: async () => {
      const goal = goalIdFor(randomUUID());
      const over = new Promise<void>((resolve) => open.set(goal, resolve));
      const started = performance.now();
      await bus.write({
        goal,
        by: { author: 'operator', instance: 'bench' },
        head: null,
        now: () => new Date(),
        events: (state) => (state ? null : [{ type: 'goal.accepted', goal, spec: { kind: 'assess', revision: 'HEAD' }, source: 'bench', plan }]),
      });
      await over;
      open.delete(goal);
      return performance.now() - started;
    },
  };
}

/** Runs `total` goals with `width` in flight. Gives each goal's milliseconds and the whole time. */
export async function measure(driver: Driver, total: number, width: number): Promise<{ times: number[]; wallMs: number }> {
  const times: number[] = [];
  let left = total;
  const started = performance.now();
  const lane = async () => {
    while (left-- > 0) times.push(await driver.run());
  };
  await Promise.all(Array.from({ length: width }, lane));
  return { times: times.sort((a, b) => a - b), wallMs: performance.now() - started };
}

export const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
