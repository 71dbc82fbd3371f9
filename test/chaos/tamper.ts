// Promise 6: tampering is found. Seeded manipulations of a copy of the store, each checked with what `awo log --verify` and the verifier use.
import { verifyAnchored } from '@awo/goal';
import { recoveryOf } from './experiment.ts';
import type { Experiment } from './experiment.ts';
import { randomBy } from './random.ts';
import { MANIPULATIONS } from './tampering/manipulations.ts';
import { makeStore } from './tampering/store.ts';

export const tamper: Experiment = {
  promise: 6,
  name: 'tampering is found',
  full: { goals: 1000, faults: 10_000 },
  run: async ({ size, seed, report }) => {
    const random = randomBy(seed);
    const { store, heads } = makeStore(size.goals, random);
    const goals = [...store.keys()];
    const violations: string[] = [];
    const counts: Record<string, number> = { goals: goals.length, commits: [...store.values()].reduce((n, entries) => n + entries.length, 0) };
    const times: number[] = [];
    for (const [goal, entries] of store) {
      const untouched = verifyAnchored(entries, heads.get(goal) ?? null);
      if (!untouched.ok) violations.push(`${goal} was not touched, and ${untouched.problem.what} is claimed at ${untouched.problem.index}`);
    }
    const names = Object.keys(MANIPULATIONS);
    for (let n = 0; n < size.faults; n++) {
      const name = names[n % names.length] ?? '';
      const goal = random.pick(goals);
      const before = store.get(goal) ?? [];
      const done = MANIPULATIONS[name]?.(before, goal, random, store);
      if (!done) continue;
      const started = performance.now();
      const found = verifyAnchored(done.entries, heads.get(goal) ?? null);
      times.push(performance.now() - started);
      counts[name] = (counts[name] ?? 0) + 1;
      if (found.ok) violations.push(`seed ${seed}, fault ${n}: "${name}" of ${goal} was not found`);
      else if (found.problem.index < done.from || found.problem.index > done.to)
        violations.push(
          `seed ${seed}, fault ${n}: "${name}" of ${goal} was found at commit ${found.problem.index}, not at ${done.from} to ${done.to}: ${found.problem.what}`,
        );
      if ((n + 1) % 2500 === 0) report(`${n + 1} manipulations`);
    }
    return { counts, violations, recovery: recoveryOf(times) };
  },
};
