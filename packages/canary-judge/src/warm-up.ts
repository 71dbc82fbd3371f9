// Harm that a canary did in its first moments only: filling caches and compiling is no fault of the release. Pure.
import type { Finding } from './answer.ts';
import type { Doubt } from './doubts.ts';
import type { Policy } from './policy.ts';
import type { Stratum } from './strata.ts';

/** Beginning of the time that may be a warm-up, where the policy names none. */
const FIRST = 0.2;
/** Evidence that is no suspicion any more. */
const CALM = Math.log(10);

/**
 * Judged without its beginning, where that alone makes it worse and the rest, four times as long, is free of suspicion. Null otherwise. The place of
 * the cut is fixed by time, so it favours nobody. Slow replies of a warm-up are left out and named; requests that failed, a person has to excuse.
 *
 * @param areFelt failed requests and events: the rest must be shown to be no worse, or they count. Slow replies wait for that to be shown.
 */
export function afterWarmUp(
  whole: Finding,
  strata: readonly Stratum[],
  policy: Policy,
  areFelt: boolean,
  judged: (part: readonly Stratum[]) => Finding,
): { finding: Finding; doubt: Doubt } | null {
  const proof = Math.log(1 / policy.alpha);
  if (whole.logE < proof || whole.negligible) return null;
  const [from, to] = [strata[0]?.t ?? 0, strata.at(-1)?.t ?? 0];
  const end = from + FIRST * (to - from);
  const rest = strata.filter((s) => s.t >= end);
  if (rest.length < 2 * policy.minPoints || rest.length === strata.length) return null;
  const finding = judged(rest);
  // The beginning has to be worse by itself, or hold most of what slow replies show: otherwise less of the same harm would look like its end.
  const holdsMost = !areFelt && finding.logE < whole.logE / 2;
  if (!holdsMost && judged(strata.filter((s) => s.t < end)).logE < proof) return null;
  const shown = finding.logNoWorse >= Math.log(1 / policy.risk);
  if (finding.logE >= CALM || (areFelt && !shown)) return null;
  const seconds = Number((end - from).toPrecision(3));
  return {
    finding,
    doubt: {
      reason: 'warm-up',
      text: `worse in the first ${seconds} s alone (${whole.harmText}), ${shown ? 'and no worse since' : 'nothing suspicious since'}: warmupSeconds of the policy would leave them out`,
    },
  };
}
