// A decision on its span: kind, reason, what was rejected, which checks passed.
import type { Decision } from '@awo/contracts';
import type { Span } from '@opentelemetry/api';
import { ATTR } from './attributes.ts';

export function recordDecision(span: Span, decision: Decision): void {
  if (!span.isRecording()) return;
  span.setAttributes({
    [ATTR.decisionKind]: decision.kind,
    [ATTR.decisionBecause]: decision.because,
    [ATTR.decisionChoice]: decision.choice,
    [ATTR.decisionRejected]: decision.alternatives.map((a) => `${a.kind}: ${a.rejectedBecause}`),
    [ATTR.decisionChecks]: decision.checks.map((c) => `${c.passed ? 'passed' : 'failed'} ${c.name}: ${c.detail}`),
  });
}
