// Rows with labels: harm in all of them together, or in one group, which the others do not pay for. Pure.
import type { Finding } from './answer.ts';
import type { Stratum } from './strata.ts';

/** Part of the stake on all groups together; the rest is shared by the groups. */
const ON_ALL = 0.75;

type Judge = (all: readonly Stratum[], shown: readonly Stratum[]) => Finding;

function groupsOf(strata: readonly Stratum[]): Map<string, Stratum[]> {
  const groups = new Map<string, Stratum[]>();
  for (const stratum of strata) {
    const group = groups.get(stratum.labels);
    if (group === undefined) groups.set(stratum.labels, [stratum]);
    else group.push(stratum);
  }
  return groups;
}

/**
 * All groups together tell soonest of harm that all have; harm of one is outweighed there by another that became better. The largest of e-processes,
 * each times its part of the stake, is below their mean, which is one.
 *
 * @param least stretches of time that a group needs to have a say of its own.
 */
export function judgeGroups(all: readonly Stratum[], shown: readonly Stratum[], least: number, judge: Judge): Finding {
  const whole = judge(all, shown);
  const groups = [...groupsOf(all)].filter(([, strata]) => strata.length >= least);
  if (groups.length < 2) return whole;
  const found = groups.map(([labels, strata]) => ({ labels, finding: judge(strata, strata) })).filter(({ finding }) => !finding.negligible);
  const [ofAll, ofEach] = [Math.log(ON_ALL), Math.log((1 - ON_ALL) / groups.length)];
  const worst = found.reduce<(typeof found)[number] | null>((a, b) => (a === null || b.finding.logE > a.finding.logE ? b : a), null);
  const now = Math.max(whole.logNow + ofAll, ...found.map(({ finding }) => finding.logNow + ofEach));
  if (worst === null || worst.finding.logE + ofEach <= Math.max(0, whole.logE + ofAll)) return { ...whole, logE: Math.max(0, whole.logE + ofAll), logNow: now };
  const { labels, finding } = worst;
  const { logE, harm, negligible, effect, interval } = finding;
  return { ...whole, logE: Math.max(0, logE + ofEach), logNow: now, harm, negligible, effect, interval, harmText: `${labels} alone: ${finding.harmText}` };
}
