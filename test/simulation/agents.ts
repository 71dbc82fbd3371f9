// Agents whose one step does what its plan says: pass, fail, wait, change something outside by stages, change the plan, undo, conclude.
import { rolloutStart, rolloutStatus, trafficSet } from '@awo/contracts';
import type { Role, Verdict } from '@awo/contracts';
import type { AgentDefinition, StepContext, StepResult } from '@awo/agent';
import { z } from 'zod';

const OLD = 'a'.repeat(40);
export const NEW = 'b'.repeat(40);

export const Work = z.discriminatedUnion('does', [
  z.object({ does: z.literal('pass') }),
  z.object({ does: z.literal('fail') }),
  z.object({ does: z.literal('wait'), looks: z.number(), ms: z.number() }),
  z.object({ does: z.literal('start'), service: z.string() }),
  z.object({ does: z.literal('shift'), service: z.string(), weights: z.array(z.number()), ms: z.number() }),
  z.object({ does: z.literal('undo'), service: z.string() }),
  z.object({ does: z.literal('pick'), service: z.string() }),
  z.object({ does: z.literal('maybe'), service: z.string(), looks: z.number(), ms: z.number() }),
  z.object({ does: z.literal('mail') }),
  z.object({ does: z.literal('replan'), remove: z.string() }),
  z.object({ does: z.literal('conclude') }),
]);
export type Work = z.infer<typeof Work>;

const verdict: Verdict = { kind: 'assess-impact', because: 'style-only', choice: 'as planned' };
const where = { environment: 'production' };
const passed = (output: object = {}): StepResult => ({ kind: 'passed', output });
const weightsOf = (weight: number) => [
  { revision: OLD, weight: 100 - weight },
  { revision: NEW, weight },
];

/** The failures that a goal's end calls for. */
function concludeFrom({ state }: Pick<StepContext, 'state'>): Extract<StepResult, { kind: 'ended' }> {
  const failed = state.steps.filter((s) => s.status === 'failed');
  if (state.halted) return { kind: 'ended', outcome: 'aborted', because: state.halted.because };
  if (failed.some((s) => s.code === 'outcome-unknown' || s.code === 'deliveries-used-up')) return { kind: 'ended', outcome: 'needs-human', because: 'unknown' };
  if (failed.length > 0) return { kind: 'ended', outcome: 'rolled-back', because: failed.map((s) => s.id).join() };
  return { kind: 'ended', outcome: 'done', because: 'every step passed' };
}

async function act(context: StepContext, work: Work): Promise<StepResult> {
  const { looks } = context;
  switch (work.does) {
    case 'pass':
      return passed();
    case 'fail':
      return { kind: 'failed', code: 'tests-failed', message: 'as planned' };
    case 'wait':
      return looks < work.looks ? { kind: 'wait', afterMs: work.ms, because: 'not yet', memo: { looks } } : passed({ looks });
    case 'start':
      await context.call(rolloutStart, { ...where, service: work.service, repo: '/repo', revision: NEW, model: null });
      return passed();
    case 'shift': {
      const weight = work.weights[looks] ?? 100;
      await context.call(trafficSet, { ...where, service: work.service, weights: weightsOf(weight) }, `weight-${looks}`);
      return looks + 1 < work.weights.length ? { kind: 'wait', afterMs: work.ms, because: 'watching', memo: { looks } } : passed({ looks });
    }
    case 'pick': {
      // Decides by what it sees at the moment: a second worker may decide otherwise.
      const weight = Math.floor(context.now().getTime() / 1000) % 2 === 0 ? 30 : 60;
      const answer = await context.call(trafficSet, { ...where, service: work.service, weights: weightsOf(weight) }, 'pick');
      return passed({ looks, asked: weight, answered: answer.weights.find((w) => w.revision === NEW)?.weight });
    }
    case 'maybe': {
      // Acts or holds by what it sees: of two workers with the same look one may act, and the other not.
      const acts = Math.floor(context.now().getTime() / 1000) % 2 === 0;
      if (acts) await context.call(trafficSet, { ...where, service: work.service, weights: weightsOf(10 + looks) }, `maybe-${looks}`);
      return looks + 1 < work.looks ? { kind: 'wait', afterMs: work.ms, because: 'watching', memo: { looks } } : passed({ looks });
    }
    case 'undo':
      await context.call(trafficSet, { ...where, service: work.service, weights: weightsOf(0) }, 'back');
      return passed();
    case 'mail':
      await context.callExternal('mail', 'send', { to: 'team' }, 'send');
      return passed();
    case 'replan': {
      const added = {
        id: 'added',
        kind: 'relay' as const,
        role: context.step.role,
        needs: [context.step.id],
        when: 'passed' as const,
        input: { does: 'pass' },
        because: 'found',
      };
      const changes = [{ change: 'added' as const, step: 'added', because: 'found' }];
      return { kind: 'passed', output: {}, plan: { add: [added], remove: [work.remove], changes } };
    }
    case 'conclude':
      return concludeFrom(context);
  }
}

/** `begins` hears of every look before it is begun. */
export const agentOf = (role: Role, begins: (context: StepContext) => void): AgentDefinition => ({
  role,
  steps: {
    relay: {
      gather: async (context) => {
        begins(context);
        const work = Work.parse(context.step.input);
        // As the real ones do: look before acting.
        if (work.does === 'shift' || work.does === 'undo') await context.call(rolloutStatus, where);
        return work;
      },
      decide: () => verdict,
      act: (context, _verdict, work) => act(context, work as Work),
    },
  },
});
