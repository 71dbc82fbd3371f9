// A decision is data: what was decided, why, what was rejected, which checks passed, on which facts.
import { z } from 'zod';
import { Digest } from './ids.ts';

/** Every kind of decision there is, with every reason it can have. Readers, dashboards and tests rely on both. */
export const DECISIONS = {
  plan: ['goal-understood', 'waits-its-turn', 'supersedes-running', 'refused'],
  'refine-plan': ['scope-known', 'scope-unknown-so-wider', 'misses-measured-so-wider', 'nothing-to-do'],
  'assess-impact': ['first-release', 'code-reaches-units', 'style-only', 'docs-only', 'no-unit-touched', 'fallback-wider'],
  'select-tests': ['by-impact', 'none-needed', 'all-because-unsure'],
  'judge-tests': ['all-passed', 'tests-failed', 'tests-broken', 'nothing-to-run', 'passed-with-flaky', 'passed-but-quarantined'],
  'audit-selection': ['nothing-missed', 'selection-missed', 'nothing-proven'],
  'judge-health': ['first-look', 'healthy', 'environment-empty', 'unhealthy-before-start', 'unhealthy-held', 'no-data'],
  'choose-strategy': [
    'environment-empty',
    'low-risk-direct',
    'risk-needs-canary',
    'too-little-traffic',
    'cannot-run-side-by-side',
    'budget-exhausted',
    'asked-for',
    'nothing-to-deploy',
    'known-good-fast-track',
    'in-freeze',
    'burning-too-fast',
    'no-room-for-two',
    'held-too-long',
  ],
  'start-revision': ['healthy-at-start', 'already-running', 'never-healthy', 'could-not-start'],
  'shift-traffic': ['next-step', 'copies-first', 'switch-at-once', 'not-ready'],
  'watch-rollout': [
    'no-worse',
    'error-rate-worse',
    'latency-worse',
    'crashing',
    'memory-growing',
    'too-few-requests',
    'not-yet-significant',
    'no-data',
    'deadline-without-evidence',
    'deadline-asks-person',
    'healthy-after-switch',
    'held-by-person',
    'promoted-by-person',
    'dependent-worse',
    'metric-worse',
    'source-unavailable',
    'lowered-on-suspicion',
    'raised-again',
    'still-healthy',
  ],
  'check-gate': ['gate-passed', 'gate-failed', 'gate-unanswered'],
  promote: ['every-step-passed', 'not-ready'],
  undo: ['rollout-failed', 'aborted', 'already-undone', 'roll-back-frozen'],
  restore: ['previous-known', 'no-previous', 'roll-back-frozen'],
  diagnose: ['cause-found', 'ambiguous', 'insufficient-evidence'],
  'observe-incident': ['symptom-seen', 'looking', 'gone-already', 'nothing-measured'],
  'explain-incident': ['cause-found', 'ambiguous', 'insufficient-evidence', 'too-early'],
  'choose-repair': ['least-invasive-that-helps', 'worked-before', 'tie-so-ask', 'low-confidence-so-ask', 'nothing-fits', 'budget-used'],
  'admit-repair': [
    'may-act',
    'earned',
    'approved',
    'rejected',
    'waits-for-approval',
    'nobody-answered',
    'only-suggested',
    'too-many-repairs',
    'frozen',
    'cooling-down',
    'waits-its-turn',
  ],
  'apply-repair': ['safe-to-apply', 'roll-back-frozen', 'standby-differs', 'standby-unknown', 'changed-since', 'could-not-apply'],
  'verify-repair': ['symptom-gone', 'symptom-stays', 'something-worse', 'not-stable-yet', 'no-data'],
  'undo-repair': ['repair-failed', 'nothing-to-undo', 'aborted'],
  conclude: [
    'repaired',
    'resolved-by-itself',
    'not-repaired',
    'reached',
    'rolled-back',
    'tests-stopped-it',
    'selection-missed',
    'undo-incomplete',
    'nothing-changed',
    'aborted',
    'superseded',
    'refused',
    'step-failed',
    'roll-back-frozen',
    'dry-run',
  ],
} as const;

export type DecisionKind = keyof typeof DECISIONS;
export type Because = (typeof DECISIONS)[DecisionKind][number];

const kinds = Object.keys(DECISIONS) as [DecisionKind, ...DecisionKind[]];
const reasons = [...new Set(Object.values(DECISIONS).flat())] as [Because, ...Because[]];

export const Alternative = z.object({ kind: z.string().max(80), rejectedBecause: z.string().max(600) });

/** A deterministic test that a proposal had to pass. */
export const Check = z.object({ name: z.string().max(80), passed: z.boolean(), detail: z.string().max(600) });

/** Numbers and names that a person needs to follow the decision. Units stand in the keys. */
export const Figures = z.record(z.string(), z.union([z.string().max(400), z.number(), z.boolean(), z.null(), z.array(z.string().max(400)).max(50)]));
export type Figures = z.infer<typeof Figures>;

export const Decision = z
  .object({
    kind: z.enum(kinds),
    because: z.enum(reasons),
    /** What was chosen, in words for people. */
    choice: z.string().max(600),
    /** Digests of the facts that went in, as stored in `evidence`. */
    facts: z.array(Digest).max(20),
    /** The facts that went in, as JSON, where they are too small to be worth an object of their own. */
    given: z.string().max(1000).optional(),
    /** Numbers and names of the facts and of what was made of them, for people. */
    figures: Figures,
    alternatives: z.array(Alternative).max(20),
    checks: z.array(Check).max(20),
    /** `rules`, `operator`, or `model:<name>`. */
    by: z.string().max(80),
  })
  .refine((d) => (DECISIONS[d.kind] as readonly string[]).includes(d.because), 'this reason does not belong to this kind of decision');
export type Decision = z.infer<typeof Decision>;

/** What a pure `decide` returns: the runtime adds digests of the facts. `Kind` narrows to one decision. */
export type Verdict<Kind extends DecisionKind = DecisionKind> = {
  kind: Kind;
  because: (typeof DECISIONS)[Kind][number];
  choice: string;
  figures?: Figures;
  alternatives?: z.infer<typeof Alternative>[];
  checks?: z.infer<typeof Check>[];
  /** `rules` where it is left out. */
  by?: string;
  /** For its span alone: what its evidence holds already, in a word or a number. */
  traced?: Record<string, string | number>;
};
