// Whether the new revision may have all traffic for good. Pure.
import type { Verdict } from '@awo/contracts';
import { short } from '../running.ts';
import type { PromotionFacts } from './gather.ts';

export type PromotionDecision = Verdict<'promote'> & { refused: string | null };

export function decidePromotion({ change, headState, headWeight, baseAlive, leftRunning = [], steps }: PromotionFacts): PromotionDecision {
  const open = steps.filter((s) => s.status !== 'passed');
  const checks = [
    {
      name: 'every-step-passed',
      passed: open.length === 0,
      detail: open.length === 0 ? `${steps.length} steps passed.` : `Not passed: ${open.map((s) => `${s.id} (${s.status})`).join(', ')}.`.slice(0, 600),
    },
    { name: 'new-one-ready', passed: headState === 'ready', detail: `${short(change.head)} is ${headState ?? 'not there'}.` },
  ];
  const refused = checks.find((c) => !c.passed)?.detail ?? null;
  const old = baseAlive ? `, ${short(change.base)} finishes what it has and stops` : '';
  const left = leftRunning.length === 0 ? '' : ` ${leftRunning.map(short).join(', ')}, left running by an earlier release, stops as well.`;
  return {
    kind: 'promote',
    because: refused === null ? 'every-step-passed' : 'not-ready',
    choice:
      refused === null
        ? `${change.service} ${short(change.head)} keeps all traffic${old}.${left}`.slice(0, 600)
        : `${change.service} ${short(change.head)} is not promoted. ${refused}`.slice(0, 600),
    figures: { weightBeforePercent: headWeight, stepsPassed: steps.length - open.length },
    alternatives: [{ kind: 'keep both', rejectedBecause: 'Two revisions cost twice the memory, and every further release would have three to compare.' }],
    checks,
    refused,
  };
}
