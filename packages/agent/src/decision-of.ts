// What the log keeps of a verdict: every text within the length that a commit has room for. Pure.
import type { Decision, Verdict } from '@awo/contracts';

/** Without its facts: those are evidence, and whoever stores them adds their digests. */
export const decisionOf = (verdict: Verdict): Omit<Decision, 'facts' | 'given'> => ({
  kind: verdict.kind,
  because: verdict.because,
  choice: verdict.choice.slice(0, 600),
  figures: verdict.figures ?? {},
  alternatives: (verdict.alternatives ?? []).slice(0, 20).map((a) => ({ kind: a.kind.slice(0, 80), rejectedBecause: a.rejectedBecause.slice(0, 600) })),
  checks: (verdict.checks ?? []).slice(0, 20).map((c) => ({ ...c, name: c.name.slice(0, 80), detail: c.detail.slice(0, 600) })),
  by: (verdict.by ?? 'rules').slice(0, 80),
});
