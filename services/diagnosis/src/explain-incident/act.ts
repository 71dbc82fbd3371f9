// Hands the causes on, with the whole answer as evidence.
import type { StepContext, StepResult } from '@awo/agent';
import { markdownOf } from '@awo/root-cause';
import { questionOf } from './bundle.ts';
import type { ExplainDecision } from './decide.ts';
import type { ExplainFacts } from './gather.ts';

const HANDED_ON = 5;

export async function reportCauses(ctx: StepContext, { lookAgain, answer, reading }: ExplainDecision, { since, bundle }: ExplainFacts): Promise<StepResult> {
  // Seconds after the onset little is measured: who answers at once calls a person, or mends the wrong thing.
  if (lookAgain) return { kind: 'wait', afterMs: 2000, because: `${answer.verdict} so far: more is measured every second`, memo: {} };
  // What a model cites by digest can be looked at.
  const cited = reading?.used && bundle ? (questionOf(answer, bundle)?.logs ?? null) : null;
  const evidence = await Promise.all([answer, markdownOf(answer), ...(cited === null ? [] : [cited])].map((one) => ctx.putEvidence(one)));
  const hypotheses = answer.hypotheses.slice(0, HANDED_ON).map(({ entity, cause, confidence, process, for: says }) => ({
    entity,
    cause,
    confidence,
    ...(process === undefined ? {} : { process }),
    says: says.slice(0, 2).map((s) => s.says.slice(0, 200)),
  }));
  return { kind: 'passed', output: { verdict: answer.verdict, because: answer.because.slice(0, 600), since, hypotheses }, evidence };
}
