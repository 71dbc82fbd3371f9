// Keeps what an audit found, and says a miss aloud: its goal then needs a person.
import type { StepContext, StepResult } from '@awo/agent';
import type { AuditRecord } from '@awo/contracts';
import { judged } from '../run-tests/act.ts';
import { plannedOf } from '../run-tests/gather.ts';
import type { RunHistory } from '../run-tests/run-history.ts';
import type { AuditVerdict } from './decide.ts';
import type { AuditFacts } from './facts.ts';

export async function reportAudit(
  ctx: StepContext,
  history: RunHistory,
  { audited, missed, failedBefore, choice }: AuditVerdict,
  facts: AuditFacts,
): Promise<StepResult> {
  const record: AuditRecord = { ...facts.design, goal: ctx.goal, head: facts.head, at: ctx.now().toISOString(), audited, missed, failedBefore };
  await history.recordAudit(plannedOf(ctx).repo, record);
  const results = facts.audited.map(({ atHead }) => atHead);
  const output = judged(results);
  const evidence = facts.audited.flatMap(({ atHead, atBase }) => [atHead.evidence, ...(atBase ? [atBase.evidence] : [])]).slice(0, 40);
  return missed.length > 0 ? { kind: 'failed', code: 'selection-missed', message: choice, output, evidence } : { kind: 'passed', output, evidence };
}
