// What the judge is asked to hold a canary to. Every field has a default.
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';
import { Worse } from './row.ts';

const Share = z.number().gt(0).lt(1);
/** An e-value of 12. */
const BURST = 2.5;
const Tolerance = z.strictObject({
  /** `rate`: rise of the share that is tolerated, 0.005 is half a percentage point; the larger of this and `ofBaseline` counts. */
  share: Share.default(0.005),
  /** `rate`: the same as a part of the baseline's own share. */
  ofBaseline: z.number().gt(0).default(0.5),
  /** `rate`: rise of the odds that is no harm however well it is proven. One: any rise is. */
  odds: z.number().min(1).max(100).default(1),
  /** `rate`: a canary whose own share is not above this does no harm however much less the baseline has: its error budget. */
  budget: z.number().min(0).lt(1).default(0),
  /** `latency`, `gauge`: shift that is tolerated, as a part of the baseline's median. */
  relative: z.number().gt(0).default(0.15),
  /** `latency`, `gauge`: how much more of the canary than the baseline's tenth may lie beyond the baseline's 90 % value. */
  tail: Share.default(0.2),
  /** `latency`, `gauge`: how much more of the canary than of the baseline may lie far outside of all; the larger of this and half of the baseline's own share counts. */
  extreme: Share.default(0.05),
  /** `count`, `counter`: rise that is tolerated, as a part of the baseline's rate. */
  rate: z.number().gt(0).default(0.25),
  /** `count`, `counter`: events per sample (per interval where rows have no n) that are tolerated whatever the baseline has. */
  events: z.number().gt(0).default(0.05),
});
export type Tolerance = z.infer<typeof Tolerance>;

const Growth = z.strictObject({
  /** What a process that has just started takes, and keeps, under its first load. In the metric's own unit, as all three. */
  fillUp: z.number().positive(),
  /** Growth from which on it is a loss, beside half of what there was at first. */
  loss: z.number().positive(),
  /** Growing so fast that it doubles within this time is dangerous. */
  doublingSeconds: z.number().positive(),
});
export type Growth = z.infer<typeof Growth>;

export const Policy = z.strictObject({
  /** Chance of failing a canary that is no worse, over all metrics and all looks. */
  alpha: Share.max(0.5).default(0.05),
  /** Chance of passing a metric that is worse by its tolerance. */
  risk: Share.max(0.5).default(0.05),
  /** Harm counts from the first row on; that there is none must be shown by rows from this time on, for instance since the canary's share was raised. */
  passSince: z.number().optional(),
  /** The first seconds of the canary, and of the baseline at the same time, do not count. */
  warmupSeconds: z.number().nonnegative().default(0),
  /** Fewer samples of either side than this decide nothing. */
  minSamples: z.number().int().positive().default(20),
  /** Fewer rows of either side than this decide nothing. */
  minPoints: z.number().int().positive().default(5),
  /** A metric without rows in this last part of the time is stale. */
  staleShare: Share.default(0.1),
  /** With a larger part of unusable rows on either side nothing passes. */
  unusableShare: Share.default(0.1),
  /** The canary fails when the failed metrics hold at least this part of the weight; a critical one alone suffices. */
  failWeight: z.number().min(0).max(1).default(0),
  tolerance: Tolerance.prefault({}),
  /** By name. One that is named here and in neither file makes the verdict inconclusive. */
  metrics: z
    .record(
      z.string(),
      z.strictObject({
        worse: Worse.optional(),
        /** Zero: shown, and without a say. */
        weight: z.number().nonnegative().default(1),
        critical: z.boolean().default(false),
        tolerance: Tolerance.partial().optional(),
        /** `rate`, `count`, `counter`: nats that one stretch of time may add to the evidence. Bad ones that fall on requests one by one need no limit. */
        burst: z.number().positive().default(BURST),
        /**
         * `rate`: what is known of the baseline's share, for instance from `n` samples of its past, or as an objective. Without a baseline beside
         * the canary harm is proven beyond `high`, its absence from `low` on; with one it only makes the first guesses better.
         */
        known: z.strictObject({ low: Share, high: Share, n: z.number().nonnegative().default(0) }).optional(),
        /** `gauge` that belongs to each process, such as memory: judged by whether it grows without end, not by its level. A rule, no test. */
        growth: Growth.optional(),
        /** `counter`: of what must not happen at all. One on the canary and none on the baseline fails. A rule, no test. */
        never: z.boolean().default(false),
      }),
    )
    .default({}),
});
export type Policy = z.infer<typeof Policy>;

export function parsePolicy(text: string, file: string): Policy {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new TerminalError(
      'bad-config',
      `${file} is not JSON: ${(error as Error).message}`,
      'A policy is one JSON object; docs/watching.md lists its fields.',
    );
  }
  const parsed = Policy.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new TerminalError('bad-config', `${file}: ${issue?.path.join('.') || 'policy'}: ${issue?.message}`, 'docs/watching.md lists the fields of a policy.');
}

const toleranceOf = (policy: Policy, metric: string): Tolerance => {
  const own = Object.entries(policy.metrics[metric]?.tolerance ?? {}).filter(([, value]) => value !== undefined);
  return { ...policy.tolerance, ...Object.fromEntries(own) };
};

/** What is asked of one metric. */
export type Asked = { worse: Worse; tolerance: Tolerance; alpha: number; burst: number };

export const askedOf = (policy: Policy, metric: string, worse: Worse): Asked => ({
  worse,
  tolerance: toleranceOf(policy, metric),
  alpha: policy.alpha,
  burst: policy.metrics[metric]?.burst ?? BURST,
});
