// One look at a rollout: pass, undo, or wait for more. The judge compares, this draws the conclusion. Pure.
import { judgeCanary, judgeWithControl, usableRows, type Answer, type MetricAnswer } from '@awo/canary-judge';
import type { Comparison, Verdict } from '@awo/contracts';
import type { WatchFacts, WatchMemo } from './facts.ts';
import { judgePolicy, ownAlpha } from './judge-policy.ts';
import { alphaPerService, isScarce, noTrafficExpected, observedRps, requestsNeeded, SETTLE_LOOKS, SETTLE_MS } from './levels.ts';
import { lowering } from './lower.ts';
import { DEPENDENTS_ALPHA, harmedDependent } from './harmed-dependent.ts';
import { brokenSource, troubleOf } from './observed.ts';
import { compare, figuresOf, pastOf, shortName, tellErrors, type Past } from './numbers.ts';
import { CRASHES, ERRORS, isSlower, MEMORY } from './rows.ts';
import { countersOf, isBeside, processOf } from './series.ts';

export type WatchDecision = Verdict<'watch-rollout'> & {
  verdict: 'passed' | 'failed' | 'hold';
  memo: WatchMemo;
  comparison: Comparison;
  past: Past | null;
  /** Weight that the new one is to have from now on; null: the one it has. */
  shiftTo: number | null;
};

/** All that the rules below look at. */
export type Signs = {
  facts: WatchFacts;
  memo: WatchMemo;
  answer: Answer;
  /** What the control alone says, metric by metric; empty where there is none. */
  control: MetricAnswer[];
  alpha: number;
  /** Requests of the new one: ever beside an old one (earlier steps count), in this watch alone. */
  served: number;
  needed: number;
};

type Ruling = { verdict: WatchDecision['verdict']; because: Verdict<'watch-rollout'>['because']; choice: string };

export function decideWatch(facts: WatchFacts): WatchDecision {
  const signs = readSigns(facts);
  const ruling = harm(signs) ?? byPerson(signs) ?? soaked(signs) ?? healthyAlone(signs) ?? noWorse(signs) ?? hold(signs);
  const final = atDeadline(ruling, facts);
  const shift = final.verdict === 'hold' && !waitsForPerson(final.because) ? lowering(signs) : null;
  return {
    kind: 'watch-rollout',
    because: shift?.because ?? final.because,
    choice: (shift?.choice ?? final.choice).slice(0, 600),
    figures: { ...figuresOf(signs), ...(shift === null ? {} : { weightBeforePercent: shift.from, weightAfterPercent: shift.to }) },
    alternatives: alternatives(final, signs),
    checks: checksOf(signs),
    ...(isOfPerson(final) ? { by: 'operator' } : {}),
    verdict: final.verdict,
    memo: shift === null ? signs.memo : { ...signs.memo, lowered: shift.lowered },
    shiftTo: shift?.to ?? null,
    comparison: compare(signs),
    past: pastOf(signs),
  };
}

function readSigns(facts: WatchFacts): Signs {
  const { memo } = facts;
  const ever = countersOf(facts, facts.input.change.head)?.requests ?? 0;
  return {
    facts,
    memo,
    ...judged(facts),
    alpha: ownAlpha(facts),
    served: isBeside(facts) ? Math.max(ever, memo.total.fresh.requests) : memo.total.fresh.requests,
    needed: requestsNeeded(facts.policy, facts.input, observedRps(memo, facts.traffic.at)),
  };
}

function judged(facts: WatchFacts): Pick<Signs, 'answer' | 'control'> {
  const { baseline, canary, control } = facts.rows;
  const [old, fresh, policy] = [usableRows(baseline), usableRows(canary), judgePolicy(facts)];
  if (control === undefined) return { answer: judgeCanary(old, fresh, policy), control: [] };
  const answer = judgeWithControl(old, fresh, usableRows(control), policy);
  return { answer, control: answer.control };
}

/** Without evidence nothing is promoted: the policy says whether it is undone or a person is asked. Harm that shows later undoes it all the same. */
function atDeadline(ruling: Ruling, { elapsedMs, policy }: WatchFacts): Ruling {
  // Whoever holds it knows that it waits: no deadline passes meanwhile.
  if (ruling.verdict !== 'hold' || ruling.because === 'held-by-person' || elapsedMs < policy.watchDeadlineMs) return ruling;
  const late = `No verdict after ${Math.round(elapsedMs / 1000)} s (${ruling.choice})`;
  if (policy.atDeadline === 'ask')
    return { verdict: 'hold', because: 'deadline-asks-person', choice: `${late} It stays as it is until somebody says: awo promote --because, or awo abort.` };
  return { verdict: 'failed', because: 'deadline-without-evidence', choice: `${late} Without evidence nothing is promoted.` };
}

/** Nothing is to be expected soon, and no deadline is left to meet. */
export const waitsForPerson = (because: WatchDecision['because']): boolean => because === 'held-by-person' || because === 'deadline-asks-person';

const stateOf = (s: Signs): string => processOf(s.facts, s.facts.input.change.head)?.state ?? 'unknown';
export const answerOn = (s: Signs, metric: string): MetricAnswer | undefined => s.answer.metrics.find((m) => m.metric === metric);

/** What the judge found worse, the plainest first. Any one of them takes the new one back. */
function harm(s: Signs): Ruling | null {
  const failed = s.answer.metrics.filter((m) => m.verdict === 'fail');
  const found = (is: (metric: string) => boolean): MetricAnswer | undefined => failed.find((m) => is(m.metric));
  const undo = (because: Ruling['because'], choice: string): Ruling => ({ verdict: 'failed', because, choice });
  if (found((m) => m === CRASHES) !== undefined)
    return undo('crashing', `${shortName(s)} crashed: ${restarts(s)} restarts, now ${stateOf(s)}; the old one did not.`);
  const errors = found((m) => m === ERRORS);
  if (errors !== undefined)
    return undo('error-rate-worse', `${tellErrors(s)} Chance of this without a fault: ${errors.pValue.toExponential(1)}, limit ${short(s.alpha)}.`);
  const slower = found(isSlower);
  if (slower !== undefined) {
    const { old, new: fresh } = compare(s);
    const ms = (p95: number | null): string => (p95 === null ? '?' : `${Math.round(p95)} ms`);
    return undo('latency-worse', `${shortName(s)} is slower: p95 ${ms(fresh.p95Ms)}, old ${ms(old.p95Ms)}. ${slower.metric}: ${slower.because}`);
  }
  const memory = found((m) => m === MEMORY);
  if (memory !== undefined) return undo('memory-growing', `${shortName(s)} loses memory: ${memory.because}`);
  const { memo, facts } = s;
  const own = found((m) => m in (s.memo.series.observed ?? {}));
  if (own !== undefined) return undo('metric-worse', `${shortName(s)}: ${own.metric} is worse: ${own.because}`);
  const caller = harmedDependent(memo.series.dependents ?? {}, facts.policy, alphaPerService(facts.policy, facts.servicesWatched) * DEPENDENTS_ALPHA);
  if (caller === null) return null;
  return undo(
    'dependent-worse',
    `${caller.service}, which calls ${facts.input.change.service}, ${caller.slowMs === null ? 'fails' : `takes longer than ${caller.slowMs} ms`} since ${shortName(s)} has traffic: ${caller.answer.because}`,
  );
}

/** A person's word: it may stand for evidence that is missing, and never against what is proven. */
function byPerson(s: Signs): Ruling | null {
  const { held, vouched } = s.facts;
  if (held) return { verdict: 'hold', because: 'held-by-person', choice: `${held.who} holds it at ${s.facts.input.weight} %: ${held.because}` };
  if (!vouched) return null;
  if (stateOf(s) !== 'ready')
    return { verdict: 'hold', because: 'not-yet-significant', choice: `${vouched.who} answers for it, but its process is ${stateOf(s)}.` };
  const choice = `${vouched.who} answers for it: ${vouched.because}. ${tellErrors(s)} The evidence alone was ${s.answer.verdict}.`;
  return { verdict: 'passed', because: 'promoted-by-person', choice };
}

const isOfPerson = ({ because }: Ruling): boolean => because === 'held-by-person' || because === 'promoted-by-person';

const restarts = (s: Signs): number => compare(s).new.restarts;

/** After promotion, and to the end of its time: nothing was found, and something was seen. Silence is accepted only where no traffic was to be expected. */
function soaked(s: Signs): Ruling | null {
  const { soakMs } = s.facts.input;
  if (soakMs === undefined) return null;
  const { requests } = s.memo.total.fresh;
  const isOver = s.facts.elapsedMs >= soakMs;
  const unheard = deafTo(s);
  if (isOver && notReady(s) === null && (requests > 0 || noTrafficExpected(s.facts)))
    return (
      unheard ?? {
        verdict: 'passed',
        because: 'still-healthy',
        choice: `${tellErrors(s)} Nothing was found in ${Math.round(soakMs / 1000)} s after its promotion.`,
      }
    );
  return {
    verdict: 'hold',
    because: requests === 0 ? 'no-data' : 'not-yet-significant',
    choice: `${shortName(s)} is watched for ${Math.round(soakMs / 1000)} s after its promotion.`,
  };
}

/** All traffic was switched at once: settled, healthy, and what requests there were give no cause for complaint. */
function healthyAlone(s: Signs): Ruling | null {
  if (isBeside(s.facts)) return null;
  const settled = s.memo.healthyLooks >= SETTLE_LOOKS && s.facts.elapsedMs >= SETTLE_MS && sinceFirstLookMs(s) >= SETTLE_MS;
  if (!settled || notReady(s) !== null || deafTo(s) !== null) return null;
  const { requests, errors } = s.memo.total.fresh;
  const pass = (choice: string): Ruling => ({ verdict: 'passed', because: 'healthy-after-switch', choice });
  if (requests > 0 && s.served >= s.needed && s.answer.verdict === 'pass') return pass(`${tellErrors(s)} ${toldPass(s)} It has been ready all the time.`);
  if (answerOn(s, MEMORY)?.verdict === 'inconclusive') return null;
  const ready = `${shortName(s)} has been ready for ${s.memo.healthyLooks} looks without a restart.`;
  if (requests > 0)
    return errors === 0 && isScarce(s.facts)
      ? pass(`${tellErrors(s)} ${ready} Too few are to be expected in the time of this watch for more to be shown.`)
      : null;
  return noTrafficExpected(s.facts) ? pass(`${ready} No traffic was there to judge by.`) : null;
}

function noWorse(s: Signs): Ruling | null {
  if (!isBeside(s.facts) || s.served < s.needed || s.memo.total.fresh.requests === 0 || notReady(s) !== null) return null;
  if (s.answer.verdict !== 'pass' || deafTo(s) !== null) return null;
  // The shift of the next step must not overtake one that is under way.
  if (s.facts.isShifting) return { verdict: 'hold', because: 'not-yet-significant', choice: `${shortName(s)} is no worse; its traffic is just being shifted.` };
  return { verdict: 'passed', because: 'no-worse', choice: `${tellErrors(s)} ${toldPass(s)}` };
}

const toldPass = (s: Signs): string => `Judged ${s.answer.because} Errors: ${answerOn(s, ERRORS)?.because ?? 'none'}`;

/** A source of awo.yaml that does not answer now may have seen what it cannot tell: nothing passes. */
function deafTo(s: Signs): Ruling | null {
  const observed = s.memo.series.observed ?? {};
  const trouble = isBeside(s.facts) ? troubleOf(observed) : brokenSource(observed);
  return trouble === null ? null : { verdict: 'hold', because: 'source-unavailable', choice: `A source of awo.yaml does not answer. ${trouble}` };
}

/** A process that is not there to stay is not promoted, whatever its requests say. */
function notReady(s: Signs): string | null {
  if (stateOf(s) !== 'ready') return `its process is ${stateOf(s)}.`;
  return s.memo.healthyLooks === 0 ? 'its process restarted.' : null;
}

function hold(s: Signs): Ruling {
  const { requests } = s.memo.total.fresh;
  const unheard = deafTo(s);
  // Where so few requests would do, they are not what is missing.
  if (unheard !== null && isScarce(s.facts)) return unheard;
  if (s.memo.looks > 1 && requests === 0)
    return {
      verdict: 'hold',
      because: 'no-data',
      choice: `${shortName(s)} has had no ${s.facts.input.weight === 0 ? 'copy of a request' : `request at ${s.facts.input.weight} %`} since the first look.`,
    };
  if (s.served < s.needed) return { verdict: 'hold', because: 'too-few-requests', choice: `${shortName(s)} has served ${s.served} of ${s.needed} requests.` };
  if (unheard !== null) return unheard;
  return { verdict: 'hold', because: 'not-yet-significant', choice: `${shortName(s)}: ${notReady(s) ?? s.answer.because}` };
}

const sinceFirstLookMs = (s: Signs): number => Date.parse(s.facts.traffic.at) - Date.parse(s.memo.since);
const short = (x: number): string => String(Number(x.toPrecision(2)));

function alternatives(ruling: Ruling, s: Signs): { kind: string; rejectedBecause: string }[] {
  const go = { kind: 'go on', rejectedBecause: ruling.choice.slice(0, 600) };
  const told = s.answer.metrics.map((m) => `${m.metric} ${m.verdict} (p ${short(m.pValue)})`).join(', ');
  const undo = { kind: 'undo', rejectedBecause: `Nothing is proven worse at ${short(s.alpha)}: ${told}.`.slice(0, 600) };
  const wait = {
    kind: 'wait',
    rejectedBecause: ruling.verdict === 'failed' ? 'More requests would only be more customers at risk.' : 'The evidence suffices.',
  };
  if (ruling.verdict === 'passed') return [undo, wait];
  return ruling.verdict === 'failed' ? [go, wait] : [go, undo];
}

function controlChecks({ control }: Signs): { name: string; passed: boolean; detail: string }[] {
  return control.map((m) => ({ name: `${m.metric} not worse than an old one as young`, passed: m.verdict !== 'fail', detail: m.because.slice(0, 600) }));
}

function checksOf(s: Signs): { name: string; passed: boolean; detail: string }[] {
  return [
    ...s.answer.metrics.map((m) => ({ name: `${m.metric} not proven worse`, passed: m.pValue > s.alpha, detail: m.because.slice(0, 600) })),
    ...controlChecks(s),
    { name: 'process ready', passed: notReady(s) === null, detail: notReady(s) ?? `${s.memo.healthyLooks} looks in a row` },
    { name: 'enough requests', passed: s.served >= s.needed, detail: `${s.served} of ${s.needed}` },
    { name: 'absence of harm shown', passed: s.answer.verdict === 'pass', detail: s.answer.because.slice(0, 600) },
  ];
}
