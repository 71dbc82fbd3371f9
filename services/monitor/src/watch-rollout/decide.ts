// One look at a rollout: pass, undo, or wait for more. Pure.
import { judgeMemory, logRestarting, requestsToExclude, type MemoryVerdict } from '@awo/analysis';
import type { Comparison, Verdict } from '@awo/contracts';
import { addLook, countersOf, observedRps, processOf, restartsSince } from './evidence.ts';
import type { WatchFacts, WatchMemo } from './facts.ts';
import { judgeLatency, type LatencyVerdict } from './latency.ts';
import { alphaPerTest, noTrafficExpected, PASS_RISK, requestsNeeded, SETTLE_LOOKS, SETTLE_MS } from './levels.ts';
import { compare, figuresOf, pastOf, shortName, tellErrors, type Past } from './numbers.ts';

export type WatchDecision = Verdict<'watch-rollout'> & { verdict: 'passed' | 'failed' | 'hold'; memo: WatchMemo; comparison: Comparison; past: Past | null };

/** All that the rules below look at. */
export type Signs = {
  facts: WatchFacts;
  memo: WatchMemo;
  alpha: number;
  errorP: number;
  latency: LatencyVerdict;
  memory: MemoryVerdict;
  restarts: { old: number; fresh: number };
  /** Requests of the new one: ever beside an old one (earlier steps count), in this watch alone. */
  served: number;
  needed: number;
};

type Ruling = { verdict: WatchDecision['verdict']; because: Verdict<'watch-rollout'>['because']; choice: string };

export function decideWatch(facts: WatchFacts): WatchDecision {
  const signs = readSigns(facts, addLook(facts));
  const ruling = firstOf(signs, [crashing, errorsWorse, latencyWorse, memoryGrowing, healthyAlone, noWorse]) ?? hold(signs);
  const late = ruling.verdict === 'hold' && facts.elapsedMs >= facts.policy.watchDeadlineMs;
  const final: Ruling = late
    ? {
        verdict: 'failed',
        because: 'deadline-without-evidence',
        choice: `No verdict after ${Math.round(facts.elapsedMs / 1000)} s (${ruling.choice}) Without evidence nothing is promoted.`,
      }
    : ruling;
  return {
    kind: 'watch-rollout',
    because: final.because,
    choice: final.choice.slice(0, 600),
    figures: figuresOf(signs),
    alternatives: alternatives(final, signs),
    checks: checksOf(signs),
    verdict: final.verdict,
    memo: signs.memo,
    comparison: compare(signs),
    past: pastOf(signs),
  };
}

function readSigns(facts: WatchFacts, memo: WatchMemo): Signs {
  const alpha = alphaPerTest(facts.policy, facts.servicesWatched);
  const beside = isBeside(facts);
  const oldLatency = beside ? (memo.warm?.old ?? null) : (memo.evidence.past?.latency ?? null);
  return {
    facts,
    memo,
    alpha,
    errorP: Math.min(1, Math.exp(-memo.evidence.errors.peak)),
    latency: judgeLatency(memo.evidence.latency, oldLatency, memo.warm?.fresh ?? null, alpha, beside),
    memory: judgeMemory(memo.evidence.memory, memo.oldMemoryBytes),
    restarts: restartsSince(facts, memo.evidence),
    served: beside ? Math.max(countersOf(facts, facts.input.change.head)?.requests ?? 0, memo.total.fresh.requests) : memo.total.fresh.requests,
    needed: requestsNeeded(facts.policy, facts.input, observedRps(facts, memo.total)),
  };
}

/** Whether an old one is there to compare with at the same time. */
const isBeside = (facts: WatchFacts): boolean => facts.input.concurrent && facts.input.weight < 100;

const firstOf = (signs: Signs, rules: ((s: Signs) => Ruling | null)[]): Ruling | null => {
  for (const rule of rules) {
    const ruling = rule(signs);
    if (ruling !== null) return ruling;
  }
  return null;
};

function crashing(s: Signs): Ruling | null {
  const state = processOf(s.facts, s.facts.input.change.head)?.state ?? 'unknown';
  const down = state === 'crashed' || state === 'failed';
  // Where both crash, something else is wrong with both; the counters decide.
  if ((s.restarts.fresh === 0 && !down) || s.restarts.old > 0) return null;
  const choice = `${shortName(s)} crashed: ${s.restarts.fresh} restarts, now ${state}; the old one did not.`;
  return { verdict: 'failed', because: 'crashing', choice };
}

function errorsWorse(s: Signs): Ruling | null {
  // Proven worse yet within the budget: customers get what they were promised. The margin still has to be excluded to pass.
  if (s.errorP > s.alpha || !beyondBudget(s)) return null;
  return {
    verdict: 'failed',
    because: 'error-rate-worse',
    choice: `${tellErrors(s)} Chance of this without a fault: ${s.errorP.toExponential(1)}, limit ${Number(s.alpha.toPrecision(2))}.`,
  };
}

const beyondBudget = ({ memo, facts }: Signs): boolean => memo.total.fresh.errors > facts.policy.errorBudgetRatio * memo.total.fresh.requests;

function latencyWorse(s: Signs): Ruling | null {
  if (s.latency.kind !== 'worse') return null;
  const [old, fresh] = s.latency.p95.map((ms) => (ms === null ? '?' : `${Math.round(ms)} ms`));
  const choice = `${shortName(s)} is slower: p95 ${fresh}, old ${old}. Evidence from requests slower than ${s.latency.boundMs} ms: e-value ${Math.round(Math.min(1e9, s.latency.eValue))}, limit ${Math.round(1 / s.alpha)}.`;
  return { verdict: 'failed', because: 'latency-worse', choice };
}

function memoryGrowing(s: Signs): Ruling | null {
  if (s.memory.kind !== 'growing') return null;
  const mb = (bytes: number): string => `${Math.round(bytes / 1024 / 102.4) / 10} MB`;
  const choice = `${shortName(s)} loses memory: ${mb(s.memory.grownBytes)} more than at first, ${mb(s.memory.bytesPerSecond)}/s, and it does not slow down.`;
  return { verdict: 'failed', because: 'memory-growing', choice };
}

/** All traffic was switched at once: settled, healthy, and what requests there were give no cause for complaint. */
function healthyAlone(s: Signs): Ruling | null {
  if (isBeside(s.facts)) return null;
  const settled = s.memo.healthyLooks >= SETTLE_LOOKS && s.facts.elapsedMs >= SETTLE_MS && sinceFirstLookMs(s) >= SETTLE_MS;
  if (!settled || doubt(s) !== null) return null;
  if (s.memo.total.fresh.requests === 0) {
    if (!noTrafficExpected(s.facts.input, s.facts.elapsedMs)) return null;
    const choice = `${shortName(s)} has been ready for ${s.memo.healthyLooks} looks without a restart. No traffic was there to judge by.`;
    return { verdict: 'passed', because: 'healthy-after-switch', choice };
  }
  if (s.served < s.needed || s.memo.margin.logE < Math.log(1 / PASS_RISK)) return null;
  return {
    verdict: 'passed',
    because: 'healthy-after-switch',
    choice: `${tellErrors(s)} A rise of ${percent(s.memo.margin.margin)} or more is excluded, and it has been ready all the time.`,
  };
}

function noWorse(s: Signs): Ruling | null {
  if (!isBeside(s.facts) || s.served < s.needed || s.memo.total.fresh.requests === 0 || doubt(s) !== null) return null;
  if (s.memo.margin.logE < Math.log(1 / PASS_RISK)) return null;
  return {
    verdict: 'passed',
    because: 'no-worse',
    choice: `${tellErrors(s)} A rise of ${percent(s.memo.margin.margin)} or more is excluded (risk ${PASS_RISK}).`,
  };
}

/** A reason not to pass yet although nothing is proven. */
function doubt(s: Signs): string | null {
  const state = processOf(s.facts, s.facts.input.change.head)?.state ?? 'unknown';
  if (state !== 'ready') return `its process is ${state}.`;
  if (s.memo.healthyLooks === 0) return 'its process restarted.';
  // A blip that stays within the budget must not hold a release until its deadline.
  if (logRestarting(s.memo.evidence.errors) >= Math.log(10) && beyondBudget(s))
    return `errors look worse (e-value ${Math.round(Math.exp(logRestarting(s.memo.evidence.errors)))} of ${Math.round(1 / s.alpha)}).`;
  if (s.latency.kind === 'suspicious') return `replies look slower (e-value ${Math.round(s.latency.eValue)} of ${Math.round(1 / s.alpha)}).`;
  if (s.memory.kind === 'suspicious') return 'its memory grows; whether it stops is not seen yet.';
  return null;
}

function hold(s: Signs): Ruling {
  const { requests } = s.memo.total.fresh;
  if (s.memo.looks > 1 && requests === 0)
    return { verdict: 'hold', because: 'no-data', choice: `${shortName(s)} has had no request at ${s.facts.input.weight} % since the first look.` };
  if (s.served < s.needed) return { verdict: 'hold', because: 'too-few-requests', choice: `${shortName(s)} has served ${s.served} of ${s.needed} requests.` };
  const why =
    doubt(s) ??
    `a rise of ${percent(s.memo.margin.margin)} is not excluded yet: ${requests} requests, about ${requestsToExclude(s.memo.margin.margin, PASS_RISK)} without an error are needed.`;
  return { verdict: 'hold', because: 'not-yet-significant', choice: `${shortName(s)}: ${why}` };
}

const sinceFirstLookMs = (s: Signs): number => Date.parse(s.facts.traffic.at) - Date.parse(s.memo.since);
const percent = (ratio: number): string => `${Math.round(ratio * 10_000) / 100} %`;

function alternatives(ruling: Ruling, s: Signs): { kind: string; rejectedBecause: string }[] {
  const go = { kind: 'go on', rejectedBecause: ruling.choice.slice(0, 600) };
  const undo = {
    kind: 'undo',
    rejectedBecause: `No test of it failed: errors p ${s.errorP.toPrecision(2)} (limit ${Number(s.alpha.toPrecision(2))}), latency ${s.latency.kind}, memory ${s.memory.kind}, ${s.restarts.fresh} restarts.`,
  };
  const wait = {
    kind: 'wait',
    rejectedBecause: ruling.verdict === 'failed' ? 'More requests would only be more customers at risk.' : 'The evidence suffices.',
  };
  if (ruling.verdict === 'passed') return [undo, wait];
  return ruling.verdict === 'failed' ? [go, wait] : [go, undo];
}

function checksOf(s: Signs): { name: string; passed: boolean; detail: string }[] {
  return [
    { name: 'no crash', passed: s.restarts.fresh === 0, detail: `${s.restarts.fresh} restarts, old ${s.restarts.old}` },
    { name: 'errors not proven worse', passed: s.errorP > s.alpha, detail: `p ${s.errorP.toPrecision(2)}, limit ${Number(s.alpha.toPrecision(2))}` },
    {
      name: 'latency not proven worse',
      passed: s.latency.kind !== 'worse',
      detail: `e-value ${s.latency.eValue.toPrecision(2)}, limit ${Math.round(1 / s.alpha)}`,
    },
    { name: 'memory steady', passed: s.memory.kind !== 'growing', detail: `${s.memory.kind}, ${Math.round(s.memory.bytesPerSecond / 1024)} KB/s` },
    { name: 'enough requests', passed: s.served >= s.needed, detail: `${s.served} of ${s.needed}` },
    {
      name: 'rise excluded',
      passed: s.memo.margin.logE >= Math.log(1 / PASS_RISK),
      detail: `${percent(s.memo.margin.margin)}: e-value ${Math.exp(Math.min(50, s.memo.margin.logE)).toPrecision(2)} of ${1 / PASS_RISK}`,
    },
  ];
}
