// Has the symptom gone and stayed away, and is nothing else worse? Lack of evidence keeps nothing. Pure.
import type { Verdict } from '@awo/contracts';
import { inWords, pointsOf, servicesOf, troublesOf } from '../vitals/trouble.ts';
import type { VerifyFacts } from './gather.ts';

export type VerifyDecision = Verdict<'verify-repair'> & {
  outcome: 'kept' | 'partly' | 'undo' | 'look-again';
  worse: string[];
  left: string[];
  /** Services that something is still wrong with. */ leftAt: string[];
};

/** Processes that were started anew are slow in their first moments. */
const SETTLES_MS = 2000;
/** A service that the repair did not touch is worse when it is bad for so long. */
const WORSE_MS = 4000;
/** What a repaired service did to others may take longer to go. */
const PARTLY_MS = 8000;
/** What began within this time before it was noticed is not normal. */
const LEAD_MS = 3000;

export function decideVerification(facts: VerifyFacts): VerifyDecision {
  const { service, repair, collected, since, repairedAt, troubledBefore, policy } = facts;
  const [kept, undone] = facts.takenBack ? ['It goes without the repair', 'The repair is put in force again'] : ['The repair is kept', 'The repair is undone'];
  const elapsedMs = collected.at - repairedAt;
  const look = { normalUntil: since - LEAD_MS, lastMs: Math.min(policy.stableMs, Math.max(1000, elapsedMs - SETTLES_MS)), notBefore: repairedAt };
  const watched = [...new Set([service, repair.service, ...troubledBefore])];
  const states = watched.map((name) => ({ name, troubles: troublesOf(collected, name, look) }));
  const others = servicesOf(collected).filter((name) => !watched.includes(name));
  const worse = others.flatMap((name) => {
    const troubles = troublesOf(collected, name, { ...look, lastMs: WORSE_MS })?.filter((t) => t.since >= repairedAt) ?? [];
    return troubles.length === 0 ? [] : [`${name}: ${inWords(troubles)}`];
  });
  const still = states.flatMap(({ name, troubles }) => (troubles === null || troubles.length === 0 ? [] : [`${name}: ${inWords(troubles)}`]));
  const blind = states.filter(({ name, troubles }) => troubles === null || isSilent(facts, name)).map(({ name }) => name);
  const checks = [
    { name: 'symptom gone', passed: still.length === 0, detail: still.join('; ') || `Nothing is wrong with ${watched.join(', ')}.` },
    {
      name: 'measured',
      passed: blind.length === 0,
      detail: blind.length === 0 ? 'All of them are measured.' : `No traffic or no measurements: ${blind.join(', ')}.`,
    },
    { name: 'nothing else worse', passed: worse.length === 0, detail: worse.join('; ') || `${others.join(', ') || 'nothing else'} as before.` },
  ];
  const figures = { elapsedMs: Math.round(elapsedMs), stableMs: policy.stableMs, deadlineMs: policy.verifyMs };
  const common = {
    kind: 'verify-repair' as const,
    checks,
    figures,
    worse,
    left: still,
    leftAt: states.filter(({ troubles }) => troubles !== null && troubles.length > 0).map(({ name }) => name),
  };
  if (worse.length > 0) return { ...common, because: 'something-worse', choice: `Worse since then: ${worse.join('; ')}. ${undone}.`, outcome: 'undo' };
  const over = elapsedMs >= policy.verifyMs;
  const target = states.find((s) => s.name === repair.service);
  // Two faults at once: this one is mended, the other one needs a look of its own.
  if (
    still.length > 0 &&
    target?.troubles?.length === 0 &&
    troubledBefore.includes(repair.service) &&
    blind.length === 0 &&
    elapsedMs >= policy.stableMs + PARTLY_MS
  )
    return { ...common, because: 'symptom-gone', choice: `${repair.service} is as before; something else goes on: ${still.join('; ')}.`, outcome: 'partly' };
  if (still.length > 0 || blind.length > 0) {
    const because = still.length > 0 ? 'symptom-stays' : 'no-data';
    const what = still.join('; ') || `nothing is known of ${blind.join(', ')}`;
    if (over) return { ...common, because, choice: `After ${Math.round(elapsedMs / 1000)} s ${what}. ${undone}.`, outcome: 'undo' };
    return { ...common, because: 'not-stable-yet', choice: `Not yet: ${what}.`, outcome: 'look-again' };
  }
  if (elapsedMs < policy.stableMs + SETTLES_MS)
    return {
      ...common,
      because: 'not-stable-yet',
      choice: `Nothing is wrong so far; it has to stay so for ${policy.stableMs / 1000} s.`,
      outcome: 'look-again',
    };
  return {
    ...common,
    because: 'symptom-gone',
    choice: `${watched.join(', ')}: as before, for ${policy.stableMs / 1000} s. ${kept}.`,
    outcome: 'kept',
  };
}

/** It had customers before and has none now: their absence proves nothing. */
function isSilent({ collected, since, repairedAt }: VerifyFacts, name: string): boolean {
  const requests = pointsOf(collected, name, 'requests_per_second');
  const sum = (points: { v: number }[]) => points.reduce((total, p) => total + p.v, 0);
  const before = requests.filter((p) => p.t < since - LEAD_MS);
  if (before.length < 5 || sum(before) / before.length < 1) return false;
  return sum(requests.filter((p) => p.t > repairedAt)) === 0;
}
