// Promise 3: a stale worker cannot act. Workers are stopped, cut off, or given a wrong clock for three leases in mid-step, then let go.
import { setTimeout as pause } from 'node:timers/promises';
import { keepChronicle } from './chronicle.ts';
import { keepSaying, recoveryOf } from './experiment.ts';
import type { Experiment, RunOptions, Summary } from './experiment.ts';
import { watchFences } from './fences.ts';
import { judge, named } from './judge.ts';
import { volatilePlan } from './plans.ts';
import { randomBy } from './random.ts';
import { submitter } from './submit.ts';
import { SOON, startWorld } from './world.ts';
import type { Member } from './world.ts';

const LEASE_S = 1;
const HELD_MS = 3 * LEASE_S * 1000;
const HOUR_MS = 3_600_000;
const WORKERS = 16;
/** So many are held at the same time; the others overtake them. */
const AT_ONCE = 10;
const IN_FLIGHT = 48;
/** A step acts, works for so long, and acts again. */
const STEP_MS = 1500;
/** A worker that has nothing to do is passed over. */
const MOMENT_MS = 2000;
const NOTHING_MS = 120_000;

/** `goals` at least; each kind of fault gets a third of `faults`. */
export const staleWorker: Experiment = { promise: 3, name: 'a stale worker cannot act', full: { goals: 1000, faults: 1500 }, run };

const KINDS = ['stopped', 'wrong clock', 'partition'] as const;
type Kind = (typeof KINDS)[number];

const clockOf = (n: number) => (n % 2 === 0 ? HOUR_MS : -HOUR_MS);
const nameOf = (kind: Kind, { name }: Member) => (kind === 'wrong clock' ? `clock ${clockOf(Number(name.split('-')[1])) > 0 ? '+' : '-'}1 h` : kind);

async function run({ size, seed, report }: RunOptions): Promise<Summary> {
  const random = randomBy(seed);
  const clocks = Object.fromEntries(Array.from({ length: WORKERS }, (_, n) => [`deploy-${n + 1}`, clockOf(n + 1)]));
  const world = await startWorld({ leaseS: LEASE_S, replicas: { deploy: WORKERS, test: 0, monitor: 0 }, clocks, patience: SOON });
  const chronicle = keepChronicle(world.operator);
  const submit = submitter(world.operator, `stale:${seed}`);
  const workers = world.members.filter((m) => m.user === 'deploy');
  const fences = watchFences(workers);
  const done: Record<string, number> = {};
  const late: string[] = [];
  let begunFaults = 0;
  let over = 0;
  let begun = 0;
  const quiet = keepSaying(() => `${over} faults, ${chronicle.ended()} of ${begun} goals ended`, report);
  try {
    const feed = async () => {
      while (over < size.faults || begun < size.goals) {
        if (begun - chronicle.ended() >= IN_FLIGHT) {
          await pause(20);
          continue;
        }
        begun++;
        await submit.open((environment) => volatilePlan(environment, STEP_MS));
      }
    };
    const submissions = feed();
    const free = new Set(workers);
    const inflict = async (kind: Kind) => {
      const until = Date.now() + NOTHING_MS;
      for (;;) {
        const worker = random.pick([...free]);
        free.delete(worker);
        const goal = await fences.nextAsk(worker, MOMENT_MS);
        if (goal) {
          await pause(random.between(0, STEP_MS));
          done[nameOf(kind, worker)] = (done[nameOf(kind, worker)] ?? 0) + 1;
          chronicle.faultAt(goal, kind);
          await hold(kind, worker);
        }
        free.add(worker);
        if (goal) return;
        if (Date.now() > until) return void late.push(`no worker was in mid-step for ${NOTHING_MS / 1000} s`);
      }
    };
    const hold = async (kind: Kind, worker: Member) => {
      const pid = worker.pid();
      if (pid === null) return;
      if (kind === 'stopped') process.kill(pid, 'SIGSTOP');
      else fences.hold(worker);
      if (kind === 'wrong clock') process.kill(pid, 'SIGUSR2');
      await pause(HELD_MS);
      if (kind === 'stopped') process.kill(pid, 'SIGCONT');
      else fences.release(worker);
      // It speaks with its wrong clock before it is set right.
      if (kind === 'wrong clock') await pause(random.between(0, STEP_MS)).then(() => process.kill(pid, 'SIGUSR2'));
    };
    const lane = async () => {
      while (begunFaults < size.faults) {
        await inflict(KINDS[begunFaults++ % KINDS.length] ?? 'stopped');
        over++;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    const { counts, violations } = await judge({ world, chronicle, submit, submissions });
    const stale = fences.judge(world.ledger);
    return {
      counts: {
        ...counts,
        ...named('held:', done),
        'calls asked for': stale.asked,
        'asked for with an old fence': stale.old,
        'of these accepted': stale.violations.length,
      },
      violations: [...late, ...stale.violations, ...violations],
      recovery: recoveryOf(chronicle.recoveries.map((r) => r.ms)),
    };
  } finally {
    quiet();
    await world.stop();
  }
}
