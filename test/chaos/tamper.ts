// Promise 6: tampering is found. Seeded manipulations of copies of a store on a real server; the real verifier has to name each place, and no other.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Violation } from '@awo/contracts';
import { recoveryOf } from './experiment.ts';
import type { Experiment } from './experiment.ts';
import { randomBy } from './random.ts';
import type { Random } from './random.ts';
import { fillLog, signHeads, startForged } from './tampering/copy.ts';
import { lookAtAll, serveEmptyArchive } from './tampering/look.ts';
import { MANIPULATIONS } from './tampering/manipulations.ts';
import type { Done } from './tampering/manipulations.ts';
import { makeStore } from './tampering/store.ts';
import type { Store } from './tampering/store.ts';

/** One goal in so many is left as it is in every copy: a verifier that accuses everybody would find everything too. */
const CONTROL = 10;
type Tampered = Done & { name: string };

export const tamper: Experiment = {
  promise: 6,
  name: 'tampering is found',
  full: { goals: 1000, faults: 10_000 },
  run: async ({ size, seed, report }) => {
    const random = randomBy(seed);
    const { store, heads } = makeStore(size.goals, random);
    const names = Object.keys(MANIPULATIONS);
    const counts: Record<string, number> = { copies: 0, goals: 0, commits: 0, manipulations: 0, 'goals left as they were': 0 };
    const add = (what: string, n: number) => void (counts[what] = (counts[what] ?? 0) + n);
    const violations: string[] = [];
    const times: number[] = [];
    const nats = await startForged();
    try {
      const forger = await nats.as('forger');
      serveEmptyArchive(await nats.as('archiver'));
      for (let done = 0; done < size.faults;) {
        const { copy, tampered } = tamperWith(store, random, names, size.faults - done);
        rmSync(join(nats.home, 'verifier'), { recursive: true, force: true });
        mkdirSync(join(nats.home, 'verifier'), { recursive: true });
        await signHeads(nats.home, await fillLog(forger, copy, store), heads);
        const started = performance.now();
        const found = await lookAtAll(nats);
        times.push(performance.now() - started);
        violations.push(...compare(store, tampered, found).map((one) => `seed ${seed}, copy ${counts['copies']}: ${one}`));
        done += tampered.size;
        add('copies', 1);
        add('goals', copy.size);
        add('commits', [...copy.values()].flat().length);
        add('manipulations', tampered.size);
        add('goals left as they were', copy.size - tampered.size);
        for (const { name } of tampered.values()) add(name, 1);
        report(`${done} manipulations in ${counts['copies']} copies, ${violations.length} not found or misplaced`);
      }
    } finally {
      await nats.stop();
    }
    return { counts, violations, recovery: recoveryOf(times) };
  },
};

/** A copy in which most goals are manipulated, each in one way, all ways in turn. */
function tamperWith(store: Store, random: Random, names: readonly string[], atMost: number): { copy: Store; tampered: Map<string, Tampered> } {
  const copy: Store = new Map(store);
  const tampered = new Map<string, Tampered>();
  const control = random.between(0, CONTROL - 1);
  for (const [i, [goal, entries]] of [...store].entries()) {
    if (i % CONTROL === control || tampered.size >= atMost) continue;
    const name = names[random.between(0, names.length - 1)] ?? '';
    const done = MANIPULATIONS[name]?.(entries, goal, random, store);
    if (!done) continue;
    copy.set(goal, done.entries);
    tampered.set(goal, { ...done, name });
  }
  return { copy, tampered };
}

/** In words: what was done and not named where it was done, and what was named though nothing was done. */
function compare(store: Store, tampered: ReadonlyMap<string, Tampered>, found: readonly Violation[]): string[] {
  const wrong = found.flatMap(({ goal, what, index }) => (goal && tampered.has(goal) ? [] : [`${goal} was not touched, and ${what} is claimed at ${index}`]));
  for (const goal of store.keys()) {
    const done = tampered.get(goal);
    const named = found.find((one) => one.goal === goal);
    if (!done) continue;
    if (!named) wrong.push(`"${done.name}" of ${goal} was not found`);
    else if (named.index < done.from || named.index > done.to)
      wrong.push(`"${done.name}" of ${goal} was found at commit ${named.index}, not at ${done.from} to ${done.to}: ${named.what}`);
  }
  return wrong;
}
