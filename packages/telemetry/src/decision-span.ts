// A decision on its span: kind, reason, what was rejected, which checks passed.
import type { Decision, Verdict } from '@awo/contracts';
import type { Span } from '@opentelemetry/api';
import { ATTR } from './attributes.ts';

/** `traced`: what the verdict tells of its facts to whoever looks at traces. */
export function recordDecision(span: Span, decision: Decision, traced: Verdict['traced'] = {}): void {
  if (!span.isRecording()) return;
  span.setAttributes({
    [ATTR.decisionKind]: decision.kind,
    [ATTR.decisionBecause]: decision.because,
    [ATTR.decisionChoice]: decision.choice,
    [ATTR.decisionRejected]: decision.alternatives.map((a) => `${a.kind}: ${a.rejectedBecause}`),
    [ATTR.decisionChecks]: decision.checks.map((c) => `${c.passed ? 'passed' : 'failed'} ${c.name}: ${c.detail}`),
    ...Object.fromEntries(Object.entries(traced).map(([name, value]) => [ATTR.decisionFact(name), value])),
  });
}
