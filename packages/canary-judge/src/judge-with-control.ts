// A canary against its baseline, twice: against all of its processes, and against a control alone, which is as young as the canary. Pure.
import type { Answer, MetricAnswer, Reason } from './answer.ts';
import { verdictOf } from './combine.ts';
import { judgeCanary } from './judge.ts';
import type { Policy } from './policy.ts';
import type { Rows } from './read-rows.ts';
import type { Row } from './row.ts';

/** Parts of alpha, and of the risk of a pass, that the comparison with all processes has; the rest is for that with the control alone. */
const ALPHA_OF_ALL = 0.75;
const RISK_OF_ALL = 0.8;
/** What the control must say for a fault that all others show. By chance it agrees in so many releases whose change did nothing, at any of all looks. */
const AGREES = 0.1;
/** A control with fewer samples than this part of the canary's is none: it died, or it hangs. */
const LEAST_PART = 0.2;

/** The one answer, and by metric what the control alone says; a metric that it has no say in is missing. */
export type ControlledAnswer = Answer & { control: MetricAnswer[] };

/**
 * `baseline` holds all processes of the old revision, the control among them; `control` the rows of a fresh process of it, started with the canary and given as
 * much to do. All of them tell soonest, but they are older than the canary; the control knows what youth alone does, and takes longer to tell. So a metric is
 *
 *     worse     where the control alone proves it (alpha / 4), or where all do (3 alpha / 4) and the control alone agrees (0.1)
 *     no worse  where either proves it, and it does not look worse than the control (an e-value of 10)
 *
 * Where youth makes no difference a false alarm stays below alpha; whatever difference it makes, below 10 % for each metric. That a rule (`growth`, `never`) compares with a
 * process of the same age takes rows of one in the baseline.
 */
export function judgeWithControl(baseline: Rows, canary: Rows, control: Rows, policy: Policy): ControlledAnswer {
  const all = judgeCanary(baseline, canary, { ...policy, alpha: ALPHA_OF_ALL * policy.alpha, risk: RISK_OF_ALL * policy.risk });
  const known = new Set(control.rows.map((row) => row.metric));
  const own = only(canary, known);
  const asked = Object.entries(policy.metrics).filter(([metric, { growth, never }]) => known.has(metric) && growth === undefined && never !== true);
  const aloneFrom = (since: number, risk: number): MetricAnswer[] =>
    judgeCanary(after(control, since), after(own, since), { ...policy, alpha: (1 - ALPHA_OF_ALL) * policy.alpha, risk, metrics: Object.fromEntries(asked) })
      .metrics;
  const risk = ((1 - RISK_OF_ALL) * policy.risk) / 2;
  const alone = aloneFrom(-Infinity, risk).filter(
    ({ method, n: [n, ofCanary] }) => method !== 'rule' && method !== 'none' && n > 0 && n >= LEAST_PART * ofCanary,
  );
  if (alone.length === 0) return { ...judgeCanary(baseline, canary, policy), control: [] };
  const said = (by: readonly MetricAnswer[], { metric }: MetricAnswer): MetricAnswer | undefined => by.find((m) => m.metric === metric);
  let metrics = all.metrics.map((one) => both(one, said(alone, one)));
  for (const [k, since] of laterStarts(own.rows, policy.passSince).entries()) {
    if (!metrics.some(isOpen)) break;
    const later = aloneFrom(since, risk / 2 ** (k + 1));
    const passed = later.filter((m) => m.verdict === 'pass');
    metrics = metrics.map((one, i) => (isOpen(one) && said(alone, one) ? both(all.metrics[i] ?? one, said(passed, one) ?? said(alone, one)) : one));
  }
  // No data, or too much that cannot be used: nothing that a control could add to.
  const asOne = verdictOf(all.metrics, policy).because === all.because ? verdictOf(metrics, policy) : {};
  return { ...all, ...asOne, metrics, control: alone };
}

/** Seconds after which the proof of no harm may begin anew, each with half the risk of the one before: while both are young, chance weighs more than it does later. */
const STARTS_S = [5, 10, 20, 40, 80, 160, 320];

function laterStarts(rows: readonly Row[], passSince: number | undefined): number[] {
  const [from, to] = [passSince ?? rows[0]?.t ?? 0, rows.at(-1)?.t ?? 0];
  return STARTS_S.map((s) => from + s).filter((t) => t < to);
}

/** What looks worse than the control itself stays open, whatever later rows say. */
const isOpen = (one: MetricAnswer): boolean => one.verdict === 'inconclusive' && !one.because.includes(BY_CONTROL);

const after = ({ rows, ...rest }: Rows, since: number): Rows => ({ ...rest, rows: rows.filter((row) => row.t > since) });
const only = ({ rows, ...rest }: Rows, metrics: ReadonlySet<string>): Rows => ({ ...rest, rows: rows.filter((row) => metrics.has(row.metric)) });

const BY_CONTROL = ' By the control, which is as young.';

function both(all: MetricAnswer, alone: MetricAnswer | undefined): MetricAnswer {
  if (alone === undefined) return all;
  const byControl: MetricAnswer = { ...alone, because: `${alone.because}${BY_CONTROL}` };
  if (alone.verdict === 'fail') return byControl;
  if (all.verdict === 'fail' && alone.pValue <= AGREES) return all;
  if (reasonOf(alone) === 'suspicious') return byControl;
  if (all.verdict === 'pass') return all;
  if (alone.verdict === 'pass') return byControl;
  if (all.verdict === 'inconclusive') return all;
  return { ...all, verdict: 'inconclusive', because: `may-be-youth: ${all.because} A control that is as young: ${alone.because}` };
}

const reasonOf = ({ because }: MetricAnswer): Reason => because.split(':', 1)[0] as Reason;
