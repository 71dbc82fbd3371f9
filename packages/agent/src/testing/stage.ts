// A stage for the runtime's tests: a real bus, goals of relay steps, replicas that work until the test ends.
import type { Event, GoalState, PlanStep, Verdict } from '@awo/contracts';
import { consumeWork, goalIdFor, storedMessages } from '@awo/bus';
import { createLogger } from '@awo/telemetry';
import { startTestNats, waitFor } from '@awo/testing';
import type { JsMsg } from '@nats-io/jetstream';
import { defineAgent } from '../define-agent.ts';
import type { StepContext, StepResult } from '../step.ts';
import { takeUpCommit, takeUpTimer } from '../take-up.ts';
import type { TakeUpOptions } from '../take-up.ts';

export const now = () => new Date();
const log = createLogger('impact', 'test', 'silent');
let count = 0;
export const freshGoal = () => goalIdFor(`agent:${process.pid}:${count++}`);
export const step = (id: string, needs: string[] = [], kind: PlanStep['kind'] = 'relay', when: PlanStep['when'] = 'passed'): PlanStep => ({
  id,
  kind,
  role: 'impact',
  needs,
  when,
  input: {},
  because: `${id} is needed`,
});

type Act = (context: StepContext) => Promise<StepResult> | StepResult;
const verdict: Verdict = { kind: 'assess-impact', because: 'style-only', choice: 'nothing but style' };
/** An impact agent whose relay step does this; `facts` is what it gathers. */
export const agentThat = (act: Act, facts: unknown = {}) =>
  defineAgent('impact', { relay: { gather: async () => facts, decide: () => verdict, act: async (context: StepContext) => act(context) } });

/** The same message for a worker that dies before it can acknowledge. */
export const unacknowledged = (message: JsMsg): JsMsg => Object.create(message, { ack: { value: () => {} } }) as JsMsg;

export type Stage = Awaited<ReturnType<typeof setStage>>;

export async function setStage() {
  const nats = await startTestNats();
  const [planner, impact] = await Promise.all([nats.as('planner'), nats.as('impact')]);
  const stopping: AbortController[] = [];
  const working: Promise<unknown>[] = [];
  const stateOf = async (goal: string): Promise<GoalState | undefined> => (await planner.lastCommit(goal))?.commit.state;
  const nextMessage = (stream = 'GOALS') =>
    waitFor(async () => (await impact.js.consumers.get(stream, 'impact')).next({ expires: 2000 }), { what: 'a message' });
  return {
    nats,
    planner,
    impact,
    stateOf,
    nextMessage,
    /** Opens a goal with this plan; its first step is handed to impact. */
    open: async (plan: PlanStep[]): Promise<string> => {
      const goal = freshGoal();
      const spec = { kind: 'assess' as const, repo: '/repo', revision: 'HEAD' };
      await planner.write({
        goal,
        by: { author: 'planner', instance: 'planner-1' },
        head: null,
        events: () => [{ type: 'goal.accepted', goal, spec, source: 'test', plan }],
        now,
      });
      return goal;
    },
    options: (act: Act, more: Partial<TakeUpOptions> = {}): TakeUpOptions => ({
      agent: agentThat(act),
      bus: impact,
      writer: { author: 'impact', instance: 'impact-1' },
      signal: new AbortController().signal,
      now,
      log,
      ...more,
    }),
    /** Works like a replica until `rest`. */
    work: (given: TakeUpOptions): void => {
      const stop = new AbortController();
      stopping.push(stop);
      const common = { consumer: 'impact', concurrency: 2, signal: stop.signal, log };
      working.push(
        consumeWork(impact, { ...common, stream: 'GOALS', handle: (m) => takeUpCommit(m, given) }),
        consumeWork(impact, { ...common, stream: 'TIMERS', handle: (m) => takeUpTimer(m, given) }),
      );
    },
    /** Hands the message to another worker, as the server does when nobody acknowledges. */
    redeliver: async (message: JsMsg) => {
      message.nak();
      return nextMessage();
    },
    /** As they are stored, also what is no commit. */
    storedOf: (goal: string) => storedMessages(planner, 'GOALS', `awo.log.${goal}.>`),
    statusOf: async (goal: string) => Object.fromEntries((await stateOf(goal))?.steps.map((s) => [s.id, s.status]) ?? []),
    eventsOf: async (goal: string): Promise<Event[]> => {
      const events: Event[] = [];
      for await (const { commit } of planner.history(goal)) events.push(...commit.events);
      return events;
    },
    until: (goal: string, id: string, status: string) =>
      waitFor(async () => (await stateOf(goal))?.steps.find((s) => s.id === id && s.status === status), { what: `${id} to be ${status}` }),
    rest: async () => {
      for (const stop of stopping.splice(0)) stop.abort();
      await Promise.all(working.splice(0));
    },
    stop: () => nats.stop(),
  };
}
