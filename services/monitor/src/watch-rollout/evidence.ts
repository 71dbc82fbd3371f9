// Adds one look to what is known of a rollout. Pure.
import {
  startMargin,
  startRestarting,
  thinSamples,
  updateMargin,
  updateMarginAgainst,
  updateRestarting,
  updateRestartingAgainst,
  upperShare,
  type Counts,
} from '@awo/analysis';
import { addTally, asErrors, emptyTally, tallyOf, tallySince, type Tally } from '../counters.ts';
import { unpackEvidence } from './carry.ts';
import type { Evidence, WatchFacts, WatchMemo } from './facts.ts';
import { completeBounds, latencyBounds, updateLatency, WARM_REQUESTS } from './latency.ts';
import { riseAlone, SMALLEST_BUDGET, toleratedRise } from './levels.ts';

const MEMORY_SAMPLES = 24;

export const countersOf = (facts: WatchFacts, revision: string | null) => facts.traffic.revisions.find((r) => r.revision === revision);
export const processOf = (facts: WatchFacts, revision: string | null) => facts.processes.revisions.find((r) => r.revision === revision);

/** Everything known after this look. The first look only sets the marks that differences are taken from. */
export function addLook(facts: WatchFacts): WatchMemo {
  const { base, head } = facts.input.change;
  const now = { old: tallyOf(countersOf(facts, base)), fresh: tallyOf(countersOf(facts, head)) };
  const memo = facts.memo ?? firstMemo(facts, now.old);
  const seen =
    facts.memo === null
      ? { old: emptyTally(), fresh: emptyTally() }
      : { old: tallySince(memo.last.old, now.old), fresh: tallySince(memo.last.fresh, now.fresh) };
  const total = { old: addTally(memo.total.old, seen.old), fresh: addTally(memo.total.fresh, seen.fresh) };
  // A first look may miss a revision that has no counters yet; the second then counts from zero, which is what it had.
  const warmBefore = (memo.last.fresh?.requests ?? 0) >= WARM_REQUESTS;
  const warm = warmBefore ? addLatency(memo.warm, seen) : memo.warm;
  return {
    ...memo,
    looks: memo.looks + 1,
    last: now,
    total,
    warm,
    ...collect(facts, memo, seen, total, warmBefore),
    healthyLooks: isHealthy(facts, memo.evidence) ? memo.healthyLooks + 1 : 0,
    oldMemoryBytes: Math.max(memo.oldMemoryBytes ?? 0, processOf(facts, base)?.memoryBytes ?? 0) || null,
  };
}

function firstMemo(facts: WatchFacts, old: Tally | null): WatchMemo {
  const { carried, policy, input } = facts;
  const evidence = carried === null ? firstEvidence(facts, old) : unpackEvidence(carried);
  return {
    v: 1,
    since: facts.traffic.at,
    looks: 0,
    policy,
    last: { old: null, fresh: null },
    total: { old: emptyTally(), fresh: emptyTally() },
    warm: null,
    margin: startMargin(input.concurrent ? toleratedRise(policy, input.weight) : riseAlone(policy, input, 0), asErrors(evidence.past ?? emptyTally())),
    healthyLooks: 0,
    oldMemoryBytes: null,
    evidence,
  };
}

function firstEvidence(facts: WatchFacts, old: Tally | null): Evidence {
  const { base, head } = facts.input.change;
  return {
    errors: startRestarting(),
    latency: latencyBounds(old?.latency ?? null, facts.policy),
    memory: [],
    restarts: { old: processOf(facts, base)?.restarts ?? 0, fresh: processOf(facts, head)?.restarts ?? 0 },
    past: old,
  };
}

function collect(
  facts: WatchFacts,
  memo: WatchMemo,
  seen: WatchMemo['total'],
  total: WatchMemo['total'],
  warm: boolean,
): { margin: WatchMemo['margin']; evidence: Evidence } {
  const { evidence } = memo;
  const beside = facts.input.concurrent && facts.input.weight < 100;
  const look = { old: asErrors(seen.old), new: asErrors(seen.fresh) };
  const reference = referenceRatio(facts, evidence.past);
  const errors = beside ? updateRestarting(evidence.errors, look) : updateRestartingAgainst(evidence.errors, reference, look.new);
  const updated = warm ? updateLatency(evidence.latency, beside ? seen.old.latency : null, seen.fresh.latency) : evidence.latency;
  const latency = completeBounds(updated, countersOf(facts, facts.input.change.base)?.latency ?? null, facts.policy);
  const margin = beside ? updateMargin(memo.margin, look) : marginAlone(facts, memo, total, look.new);
  return { margin, evidence: { ...evidence, errors, latency, memory: addMemory(facts, evidence) } };
}

/** What is tolerated alone depends on the traffic there turns out to be, so all requests so far are judged by the margin of now. */
function marginAlone(facts: WatchFacts, memo: WatchMemo, total: WatchMemo['total'], seen: Counts): WatchMemo['margin'] {
  const past = memo.evidence.past ?? emptyTally();
  const rise = riseAlone(facts.policy, facts.input, observedRps(facts, total));
  // What the old one really had, not the upper bound of it: to pass, a short past is no excuse.
  const reference = Math.max(budgetOf(facts), past.errors / Math.max(1, past.requests));
  if (rise === memo.margin.margin) return updateMarginAgainst(memo.margin, reference, seen);
  return updateMarginAgainst(startMargin(rise, asErrors(past)), reference, asErrors(total.fresh));
}

export const observedRps = (facts: WatchFacts, total: WatchMemo['total']): number => {
  const seconds = facts.memo === null ? 0 : (Date.parse(facts.traffic.at) - Date.parse(facts.memo.since)) / 1000;
  return seconds > 0 ? total.fresh.requests / seconds : 0;
};

/** Share of errors that is no fault of the new one: the budget, or what the old one may have had, whichever is more. */
function referenceRatio(facts: WatchFacts, past: Tally | null): number {
  return past === null || past.requests < 100 ? budgetOf(facts) : Math.max(budgetOf(facts), upperShare(asErrors(past)));
}

const budgetOf = (facts: WatchFacts): number => Math.max(SMALLEST_BUDGET, facts.policy.errorBudgetRatio);

const addLatency = (warm: WatchMemo['warm'], seen: WatchMemo['total']): WatchMemo['warm'] => ({
  old: seen.old.latency.map((n, i) => n + (warm?.old[i] ?? 0)),
  fresh: seen.fresh.latency.map((n, i) => n + (warm?.fresh[i] ?? 0)),
});

function addMemory(facts: WatchFacts, evidence: Evidence): Evidence['memory'] {
  const bytes = processOf(facts, facts.input.change.head)?.memoryBytes ?? null;
  if (bytes === null) return evidence.memory;
  const sample = { atMs: Date.parse(facts.processes.at), bytes, requests: countersOf(facts, facts.input.change.head)?.requests ?? 0 };
  return thinSamples([...evidence.memory, sample], MEMORY_SAMPLES);
}

/** Restarts since before the first watch. */
export const restartsSince = (facts: WatchFacts, evidence: Evidence): { old: number; fresh: number } => ({
  old: Math.max(0, (processOf(facts, facts.input.change.base)?.restarts ?? 0) - evidence.restarts.old),
  fresh: Math.max(0, (processOf(facts, facts.input.change.head)?.restarts ?? 0) - evidence.restarts.fresh),
});

const isHealthy = (facts: WatchFacts, evidence: Evidence): boolean =>
  processOf(facts, facts.input.change.head)?.state === 'ready' && restartsSince(facts, evidence).fresh === 0;
