// node test/bench/petshop/robust/main.ts DIR [numbers|traffic]: each number of the policy halved and doubled, and the same incidents as other traffic would show them.
import { diagnose, SIGNAL_POLICY, type Evidence, type SignalPolicy } from '@awo/root-cause';
import { randomOf, type Random } from '../../diagnosis/random.ts';
import { casesOf, type Case } from '../cases.ts';

const root = process.argv[2];
if (root === undefined) throw new Error('Expected the folder of the data set: node test/bench/petshop/robust/main.ts DIR/low_traffic');
const cases = await Array.fromAsync(casesOf(root));
const rankOf = (one: Case, evidence: Evidence, policy: SignalPolicy): number =>
  [...new Set(diagnose(evidence, policy).hypotheses.map((h) => h.entity))].indexOf(one.cause) + 1;
function show(name: string, ranks: readonly { kind: string; rank: number }[]): void {
  const share = (kind: string, k: number): string => {
    const own = ranks.filter((r) => r.kind === kind);
    return (own.filter((r) => r.rank > 0 && r.rank <= k).length / Math.max(1, own.length)).toFixed(2);
  };
  console.log(
    `${name.padEnd(46)} latency ${share('latency', 1)} / ${share('latency', 3)}   availability ${share('availability', 1)} / ${share('availability', 3)}`,
  );
}

show(
  'as it is',
  cases.map((c) => ({ kind: c.kind, rank: rankOf(c, c.evidence, SIGNAL_POLICY) })),
);
const asked = process.argv[3] ?? 'numbers and traffic';
for (const name of asked.includes('numbers') ? (Object.keys(SIGNAL_POLICY) as (keyof SignalPolicy)[]) : [])
  for (const factor of [0.5, 2]) {
    // A part of one stays a part of one.
    const value = name === 'explainable' ? Math.min(1, SIGNAL_POLICY[name] * factor) : SIGNAL_POLICY[name] * factor;
    show(
      `${name} x ${factor}`,
      cases.map((c) => ({ kind: c.kind, rank: rankOf(c, c.evidence, { ...SIGNAL_POLICY, [name]: value }) })),
    );
  }

type Change = (evidence: Evidence, random: Random) => Evidence;
const isIn = (evidence: Evidence, t: number): boolean => evidence.frame.window !== null && t >= evidence.frame.window[0];
const each = (evidence: Evidence, keep: (t: number, i: number, v: number, metric: string) => number | null): Evidence => ({
  ...evidence,
  series: evidence.series.map((s) => ({
    ...s,
    points: s.points.flatMap((p, i) => {
      const v = keep(p.t, i, p.v, s.metric);
      return v === null ? [] : [{ t: p.t, v }];
    }),
  })),
});
const isCount = (metric: string): boolean => /request|count/i.test(metric);
const OTHERWISE: Readonly<Record<string, Change>> = {
  'every second point of the baseline': (e) => each(e, (t, i, v) => (isIn(e, t) || i % 2 === 0 ? v : null)),
  'a tenth of the baseline': (e) => each(e, (t, i, v) => (isIn(e, t) || i % 10 === 0 ? v : null)),
  'every fifth point lost': (e, r) => each(e, (_, __, v) => (r.chance(0.2) ? null : v)),
  'noise of a tenth on every value': (e, r) => each(e, (_, __, v, metric) => (/availab/i.test(metric) ? v : v * Math.exp(0.1 * r.normal()))),
  'noise of a third on every value': (e, r) => each(e, (_, __, v, metric) => (/availab/i.test(metric) ? v : v * Math.exp(0.3 * r.normal()))),
  'ten times the requests': (e) => each(e, (_, __, v, metric) => (isCount(metric) ? v * 10 : v)),
  'ten times the requests in the incident only': (e) => each(e, (t, _, v, metric) => (isCount(metric) && isIn(e, t) ? v * 10 : v)),
  'traffic in waves, and time with it': (e) =>
    each(e, (t, _, v, metric) => {
      const wave = 1 + 0.6 * Math.sin(t / 1_800_000);
      return isCount(metric) ? v * wave : /latenc|duration/i.test(metric) ? v * (1 + 0.25 * (wave - 1)) : v;
    }),
  'noticed late: the window begins two points early': (e) =>
    e.frame.window === null ? e : { ...e, series: e.series.map((s) => ({ ...s, points: early(s.points, e.frame.window?.[0] ?? 0) })) },
  'no counts of requests': (e) => ({ ...e, series: e.series.filter((s) => !isCount(s.metric)) }),
  'no averages': (e) => ({ ...e, series: e.series.filter((s) => !/average/i.test(s.metric) || !/latenc/i.test(s.metric)) }),
  'averages only': (e) => ({ ...e, series: e.series.filter((s) => !/latenc/i.test(s.metric) || /average/i.test(s.metric)) }),
};
/** The last two points from before stand in the place of the first two of the incident. */
function early(points: readonly { t: number; v: number }[], from: number): { t: number; v: number }[] {
  const before = points.filter((p) => p.t < from).slice(-2);
  let n = 0;
  return points.map((p) => (p.t < from || n >= 2 ? p : { t: p.t, v: before[n++]?.v ?? p.v }));
}
for (const [name, change] of asked.includes('traffic') ? Object.entries(OTHERWISE) : [])
  show(
    name,
    cases.map((c, i) => ({ kind: c.kind, rank: rankOf(c, change(c.evidence, randomOf(i + 1)), SIGNAL_POLICY) })),
  );
