// Metrics to verdicts, and verdicts to one: error control over all metrics, weights, critical ones. Pure.
import type { Answer, LeftOut, MetricAnswer, Reason, Ruling } from './answer.ts';
import type { Judged } from './judge-metric.ts';
import type { Policy } from './policy.ts';

/** Evidence of harm that is at least this now stands in the way of a pass, though it does not suffice to fail. */
const SUSPICION = Math.log(10);

/**
 * Step-down (S. Holm 1979, with weights) on always-valid p-values 1/e: the chance that any metric that is no worse is called worse stays at alpha,
 * whatever depends on what. A metric of twice the weight gets twice the share of alpha.
 */
function holm(tests: readonly { p: number; weight: number }[], alpha: number): boolean[] {
  const order = tests.map(({ p, weight }, i) => ({ p, weight, i })).sort((a, b) => a.p / a.weight - b.p / b.weight);
  const rejected = tests.map(() => false);
  let left = tests.reduce((sum, { weight }) => sum + weight, 0);
  for (const { p, weight, i } of order) {
    if (p > (alpha * weight) / left) break;
    rejected[i] = true;
    left -= weight;
  }
  return rejected;
}

const pOf = (j: Judged): number => (j.ruling?.verdict === 'fail' ? 0 : j.finding === null ? 1 : Math.min(1, Math.exp(-j.finding.logE)));

export function combine(judged: readonly Judged[], policy: Policy, leftOut: LeftOut[], whole: { reason: Reason; text: string } | null): Answer {
  const weightOf = (metric: string): number => policy.metrics[metric]?.weight ?? 1;
  const counted = judged.filter((j) => weightOf(j.metric) > 0 && j.finding !== null);
  const rejected = new Set(
    holm(
      counted.map((j) => ({ p: pOf(j), weight: weightOf(j.metric) })),
      policy.alpha,
    ).flatMap((yes, i) => (yes ? [counted[i]?.metric ?? ''] : [])),
  );
  const answers = judged.map((j) => answerOf(j, rejected.has(j.metric) || (weightOf(j.metric) === 0 && pOf(j) <= policy.alpha), policy));
  return {
    ...(whole === null ? verdictOf(answers, policy) : told({ verdict: 'inconclusive', ...whole })),
    metrics: answers,
    power: { alpha: policy.alpha, metrics: Object.fromEntries(judged.flatMap((j) => (j.finding === null ? [] : [[j.metric, j.finding.power]]))) },
    leftOut,
  };
}

function answerOf(j: Judged, proven: boolean, policy: Policy): MetricAnswer {
  const { finding } = j;
  const { verdict, reason, text } = rule(j, proven, policy);
  return {
    metric: j.metric,
    verdict,
    because: `${reason}: ${[text, ...j.notes].join('; ')}.`,
    effect: finding?.effect ?? null,
    interval: finding?.interval ?? [null, null],
    n: j.n,
    method: finding?.method ?? (j.ruling === undefined ? 'none' : 'rule'),
    pValue: Number(pOf(j).toPrecision(3)),
  };
}

const shownAs = (logE: number): string => String(Number(Math.exp(Math.min(50, logE)).toPrecision(2)));

function rule({ finding, doubt, ruling }: Judged, proven: boolean, policy: Policy): Ruling {
  if (ruling !== undefined) return ruling;
  if (finding === null) return { verdict: 'inconclusive', reason: doubt?.reason ?? 'no-data', text: doubt?.text ?? 'nothing to judge' };
  const shown = `e-value ${shownAs(finding.logE)}`;
  const within = finding.logNoWorse >= Math.log(1 / policy.risk);
  if (doubt?.reason === 'too-few-samples') return { verdict: 'inconclusive', ...doubt };
  if (proven && !finding.negligible) return { verdict: 'fail', reason: finding.harm, text: `${finding.harmText} (${shown})` };
  if (doubt !== null) return { verdict: 'inconclusive', ...doubt };
  if (finding.logNow >= SUSPICION && !finding.negligible && !(proven && within))
    return {
      verdict: 'inconclusive',
      reason: 'suspicious',
      text: `${finding.harmText}; looks worse, but it is not proven (e-value ${shownAs(finding.logNow)}; ${Math.ceil(1 / policy.alpha)} times the number of metrics still open proves it)`,
    };
  if (within) return { verdict: 'pass', reason: proven ? 'worse-within-tolerance' : 'no-worse', text: finding.passText };
  const so = `e-value for it ${Number(Math.exp(Math.max(-50, Math.min(50, finding.logNoWorse))).toPrecision(2))}, ${Math.ceil(1 / policy.risk)} is asked for`;
  const more = finding.power.samplesNeeded === null ? '' : `; about ${finding.power.samplesNeeded} samples per side would do if nothing is wrong`;
  return { verdict: 'inconclusive', reason: 'not-yet-significant', text: `${finding.harmText}; neither harm nor its absence is proven (${so})${more}` };
}

type Weigh = (metric: string) => number;

const told = ({ verdict, reason, text }: Ruling): Pick<Answer, 'verdict' | 'because'> => ({ verdict, because: `${reason}: ${text}.` });

/** All metrics to one verdict, by their weights. */
export const verdictOf = (answers: readonly MetricAnswer[], policy: Policy): Pick<Answer, 'verdict' | 'because'> =>
  told(overallOf(answers, policy, (metric) => policy.metrics[metric]?.weight ?? 1));

function overallOf(answers: readonly MetricAnswer[], policy: Policy, weightOf: Weigh): Ruling {
  const weighed = answers.filter((a) => weightOf(a.metric) > 0);
  if (weighed.length === 0) return { verdict: 'inconclusive', reason: 'no-metrics', text: 'no metric with a weight has rows' };
  const failed = weighed.filter((a) => a.verdict === 'fail');
  const names = (list: readonly MetricAnswer[]): string => list.map((a) => `${JSON.stringify(a.metric)} (${a.because.replace(/\.$/, '')})`).join(', ');
  const critical = failed.filter((a) => policy.metrics[a.metric]?.critical === true);
  if (critical.length > 0) return { verdict: 'fail', reason: 'critical-metric-worse', text: names(critical) };
  const sum = (list: readonly MetricAnswer[]): number => list.reduce((total, a) => total + weightOf(a.metric), 0);
  const share = sum(failed) / sum(weighed);
  if (failed.length > 0 && share >= policy.failWeight) return { verdict: 'fail', reason: 'metrics-worse', text: names(failed) };
  if (failed.length > 0)
    return {
      verdict: 'inconclusive',
      reason: 'below-fail-weight',
      text: `${names(failed)} hold ${Number(share.toPrecision(2))} of the weight, ${policy.failWeight} fails`,
    };
  const open = weighed.filter((a) => a.verdict === 'inconclusive');
  const first = open[0];
  if (first === undefined)
    return {
      verdict: 'pass',
      reason: 'no-worse',
      text: `${weighed.length === 1 ? 'the metric is' : `all ${weighed.length} metrics are`} shown to be no worse within the tolerance`,
    };
  const [reason] = first.because.split(':');
  return { verdict: 'inconclusive', reason: (reason ?? 'no-data') as Reason, text: `${open.length} of ${weighed.length} metrics undecided: ${names(open)}` };
}
