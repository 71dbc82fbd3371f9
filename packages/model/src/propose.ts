// propose(): asks a model, and gives its answer only where it has passed every check. Never throws, never acts.
import { ATTR, SPAN, contextFrom, inSpan } from '@awo/telemetry';
import { allowance, costOf } from './budget.ts';
import type { CallRecords, ModelCall } from './call-records.ts';
import type { Limits, Prices } from './config.ts';
import { buildPrompt } from './prompt.ts';
import { judged, none } from './proposal.ts';
import type { Proposal, ProposalRequest } from './proposal.ts';
import { NoAnswer, estimateTokens } from './source.ts';
import type { Answer, ModelSource } from './source.ts';

export type Means = {
  source: ModelSource;
  limits: Limits;
  prices: Prices | undefined;
  records: Pick<CallRecords, 'read' | 'add'>;
  /** Values of its secrets never leave. */
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  now: () => Date;
  traceparent?: string | undefined;
};

export async function propose<T>(request: ProposalRequest<T>, means: Means): Promise<Proposal<T>> {
  const { source, records, now } = means;
  const prompt = buildPrompt(request.instructions, request.schema, request.evidence, means.env);
  const attributes = { [ATTR.operation]: 'chat', [ATTR.requestModel]: source.model, [ATTR.modelPurpose]: request.purpose };
  return inSpan(SPAN.chat(source.model), contextFrom(means.traceparent), attributes, async (_context, span) => {
    const calls = await records.read().catch(() => null);
    // A budget that cannot be counted is none.
    if (!calls) return none('not-recordable', 'the record of calls cannot be read');
    const asking = estimateTokens(prompt.messages);
    const allowed = allowance(asking, means.limits, means.prices, calls, now().getTime());
    if (!allowed.ok) return none('over-budget', allowed.because);
    const began = now();
    const said = await source.ask(prompt, allowed.maxTokens, means.signal).catch((error: unknown) => error);
    const answer = isAnswer(said) ? said : null;
    const result = answer ? judged(answer.text, request, source.model) : silent(said);
    // What was sent is paid for, also where nothing usable came back.
    const usage =
      answer?.usage ?? (isUnsent(said) ? null : { inputTokens: asking, outputTokens: answer ? Math.ceil(answer.text.length / 3) : allowed.maxTokens });
    const call: ModelCall = {
      at: began.toISOString(),
      purpose: request.purpose,
      model: source.model,
      promptDigest: prompt.digest,
      redacted: prompt.redacted,
      answer: answer?.text.slice(0, 20_000) ?? null,
      outcome: result.kind === 'proposed' ? 'proposed' : `${result.code}: ${result.because}`,
      usage,
      usd: usage && costOf(usage, means.prices),
      ms: now().getTime() - began.getTime(),
    };
    span.setAttributes({
      [ATTR.modelOutcome]: call.outcome,
      ...(usage ? { [ATTR.inputTokens]: usage.inputTokens, [ATTR.outputTokens]: usage.outputTokens } : {}),
    });
    // What is not recorded did not happen: the next budget would not know of it.
    const recorded = await records.add(call).then(
      () => true,
      () => false,
    );
    return recorded ? result : none('not-recordable', 'the call cannot be recorded');
  });
}

const isAnswer = (said: unknown): said is Answer => typeof said === 'object' && said !== null && !(said instanceof Error) && 'text' in said;
const isUnsent = (said: unknown): boolean => said instanceof NoAnswer && (said.code === 'unreachable' || said.code === 'not-recorded');
const silent = (said: unknown): Proposal<never> =>
  said instanceof NoAnswer ? none(said.code, said.message) : none('unreachable', 'the model could not be asked');
