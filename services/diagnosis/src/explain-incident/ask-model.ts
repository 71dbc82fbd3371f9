// Asks the configured model which causes the logs of an incident speak for: within its time and its budget, and never in the way of the answer.
import type { StepContext } from '@awo/agent';
import type { RootCauses } from '@awo/contracts';
import type { ModelCall } from '@awo/model';
import { outcomeOf, type HypothesesQuestion } from '@awo/model/hypotheses';
import { questionOf } from './bundle.ts';
import type { EvidenceBundle } from '@awo/root-cause';

/** The call as it is kept with the facts, so that the decision is made again from it and nobody is asked. `call` is null where none was made or none could be recorded in time. */
export type AskedModel = { model: string; outcome: string; call: ModelCall | null };
/** Never throws: whatever goes wrong with a model is a reason not to have its help. */
export type AskModel = (ctx: Pick<StepContext, 'signal' | 'now' | 'traceparent'>, result: RootCauses, bundle: EvidenceBundle) => Promise<AskedModel>;

type Env = Readonly<Record<string, string | undefined>>;

/** Customers wait for the repair: an answer that takes longer is not worth it, whatever the settings allow a person. */
const ANSWER_MS = 3000;
/** With the time to read the record of calls and to add to it. */
const ALL_MS = 4000;

/** Undefined where no model is configured: nothing is loaded then. */
export function askModelOf(env: Env): AskModel | undefined {
  const model = env['AWO_MODEL'];
  if (!model) return undefined;
  // Now, because in an incident loading it would take the time that the answer has. What fails here fails again, with its reason, when it is used.
  import('@awo/model').catch(() => {});
  return async (ctx, result, bundle) => {
    const question = questionOf(result, bundle);
    if (!question) return { model, outcome: 'not-asked: there is nothing for it to read', call: null };
    const over = AbortSignal.timeout(ALL_MS);
    const silence = new Promise<AskedModel>((resolve) => {
      over.addEventListener('abort', () => resolve({ model, outcome: `too-slow: nothing within ${ALL_MS} ms`, call: null }), { once: true });
    });
    return Promise.race([ask(env, model, question, { ...ctx, signal: AbortSignal.any([ctx.signal, over]) }), silence]);
  };
}

async function ask(env: Env, model: string, { request }: HypothesesQuestion, ctx: Pick<StepContext, 'signal' | 'now' | 'traceparent'>): Promise<AskedModel> {
  const home = env['AWO_HOME'];
  if (!home) return { model, outcome: 'not-recordable: AWO_HOME is not set, so the budget cannot be counted', call: null };
  try {
    const { configuredModel, propose } = await import('@awo/model');
    const means = await configuredModel(env, { home, msAtMost: ANSWER_MS, signal: ctx.signal, now: ctx.now, traceparent: ctx.traceparent });
    if (!means) return { model, outcome: 'bad-config: AWO_MODEL names none', call: null };
    let call: ModelCall | null = null;
    const records = {
      read: () => means.records.read(),
      add: (one: ModelCall) => {
        call = one;
        return means.records.add(one);
      },
    };
    const outcome = outcomeOf(await propose(request, { ...means, records }));
    return { model, outcome, call };
  } catch (error) {
    return { model, outcome: `bad-config: ${error instanceof Error ? error.message : String(error)}`, call: null };
  }
}
