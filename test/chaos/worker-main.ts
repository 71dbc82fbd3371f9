// A worker of an experiment: the real agent runtime of one role, with steps that wait, act outside, or only pass on.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { defineAgent, runAgent } from '@awo/agent';
import type { StepContext, StepHandler, StepResult } from '@awo/agent';
import { RetryableError, Role, rolloutStart, trafficSet } from '@awo/contracts';
import type { Patience } from '@awo/bus';
import type { Verdict } from '@awo/contracts';
import { switchableClock } from './shifted-clock.ts';
import { Work } from './plans.ts';

const { AWO_USER, AWO_INSTANCE = '', CHAOS_CLOCK_SHIFT_MS = '0', CHAOS_PATIENCE } = process.env;
const clockShiftMs = Number(CHAOS_CLOCK_SHIFT_MS);
if (clockShiftMs !== 0) process.on('SIGUSR2', switchableClock(clockShiftMs));
const role = Role.parse(AWO_USER);

const verdict: Verdict = { kind: 'assess-impact', because: 'no-unit-touched', choice: 'do as the plan says' };
const passed: StepResult = { kind: 'passed', output: {} };
/** The same arguments at every try: they follow from the action's name. */
const revisionOf = (context: StepContext, action: string) => createHash('sha1').update(`${context.goal}.${context.step.id}.${action}`).digest('hex');

async function setTraffic(context: StepContext, environment: string, service: string, action: string): Promise<void> {
  await context.call(trafficSet, { environment, service, weights: [{ revision: revisionOf(context, action), weight: 100 }] }, action);
}

let taken = 0;
const DO: Record<Work['do'], (context: StepContext, work: Work) => Promise<StepResult>> = {
  nothing: async () => passed,
  wait: async ({ looks }, { times, ms }) => (looks < times ? { kind: 'wait', afterMs: ms, because: 'it takes its time', memo: { looks } } : passed),
  effects: async (context, { environment }) => {
    const service = context.step.id;
    await context.call(rolloutStart, { environment, service, repo: '/repo', revision: revisionOf(context, 'start'), model: null }, 'start');
    await setTraffic(context, environment, service, 'weigh');
    return passed;
  },
  foreign: async (context) => {
    await context.callExternal('far', 'note', { goal: context.goal }, 'note');
    return passed;
  },
  // Actions that another worker would not choose: only the fence keeps two of them apart.
  volatile: async (context, { environment, ms }) => {
    const mine = `${AWO_INSTANCE}-${process.pid}-${taken++}`;
    await setTraffic(context, environment, 'first', `${mine}-first`);
    await pause(ms);
    await setTraffic(context, environment, 'second', `${mine}-second`);
    return passed;
  },
  refuse: async () => {
    throw new RetryableError('busy', 'not now, and not later either', 0);
  },
  die: async () => process.exit(9),
};

const step = (act: (context: StepContext) => Promise<StepResult>): StepHandler<Record<string, never>, Verdict> => ({
  gather: async () => ({}),
  decide: () => verdict,
  act,
});

/** What the real planner plans for a rollback: bring back each service, then watch it. */
const restore = step(async (context) => {
  const { environment, changes } = context.step.input as { environment: string; changes: { service: string }[] };
  for (const { service } of changes) await setTraffic(context, environment, service, `restore-${service}`);
  return passed;
});
const watch = step(async (context) => DO.wait(context, Work.parse({ do: 'wait', times: 2, ms: 300 })));
const relay = step(async (context) => {
  const work = Work.parse(context.step.input);
  return DO[work.do](context, work);
});

await runAgent(defineAgent(role, { relay, undo: relay, restore, 'watch-rollout': watch }), {
  env: process.env,
  concurrency: 16,
  ...(CHAOS_PATIENCE ? { patience: JSON.parse(CHAOS_PATIENCE) as Patience } : {}),
});
