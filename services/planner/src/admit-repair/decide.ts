// Whether a repair may be carried out now: how often and how lately there was one, how much may be done without asking, what people said, whose turn it is. Pure.
import type { AutonomyLevel, Verdict } from '@awo/contracts';
import { frozenAt } from '@awo/strategy';
import type { AdmitFacts } from './gather.ts';

export type AdmitDecision = Verdict<'admit-repair'> & { outcome: 'go' | 'wait' | 'stop'; afterMs: number };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOOK_AGAIN_MS = 1000;
const LONGEST_MS = 15_000;

export function decideAdmission(facts: AdmitFacts): AdmitDecision {
  const { repair, sure, policy, record, recent, answer, busy, nowMs, askedSinceMs, digest, cooldown } = facts;
  const what = `${repair.kind} ${repair.service}`;
  const level = levelOf(facts);
  const frozen = frozenAt(facts.freeze ?? [], new Date(nowMs).toISOString());
  const lastHour = recent.filter((r) => nowMs - Date.parse(r.at) < HOUR_MS).length;
  const sameCause = recent.filter((r) => r.service === repair.service && r.cause === repair.cause && nowMs - Date.parse(r.at) < DAY_MS).length;
  const restMs = coolingMs(facts);
  const figures = {
    repair: what,
    level: level.level,
    digest,
    lastHour,
    perHour: policy.perHour,
    sameCauseToday: sameCause,
    perCause: policy.perCause,
    good: record.good,
    wrong: record.wrong,
    goodInARow: record.goodInARow,
    sure,
    ...(cooldown === undefined ? {} : { cooldownMs: cooldown.ms, coolingMs: restMs }),
  };
  const decide = (outcome: AdmitDecision['outcome'], because: AdmitDecision['because'], choice: string, afterMs = 0): AdmitDecision => ({
    kind: 'admit-repair',
    because,
    choice: choice.slice(0, 600),
    figures,
    checks: [
      { name: 'budget of the hour', passed: lastHour < policy.perHour, detail: `${lastHour} of ${policy.perHour}` },
      {
        name: 'budget of the cause',
        passed: sameCause < policy.perCause,
        detail: `${sameCause} of ${policy.perCause} in a day for ${repair.cause} on ${repair.service}`,
      },
      ...(cooldown === undefined ? [] : [{ name: 'cooldown', passed: restMs === 0, detail: `${seconds(restMs)} of ${seconds(cooldown.ms)} left` }]),
    ],
    outcome,
    afterMs,
  });
  if (answer && !answer.yes) return decide('stop', 'rejected', `${answer.who} said no to ${what}: ${answer.because}.`);
  // A person's yes stands above the budgets: they are there for those who do not ask.
  if (!answer) {
    if (lastHour >= policy.perHour)
      return decide(
        'stop',
        'too-many-repairs',
        `${lastHour} repairs in this hour, which is the limit: something repairs in circles. Somebody has to look before ${what}.`,
      );
    if (sameCause >= policy.perCause)
      return decide(
        'stop',
        'too-many-repairs',
        `${repair.cause} on ${repair.service} was repaired ${sameCause} times within a day: repairing it again would hide it.`,
      );
    if (level.level === 'suggest') return decide('stop', 'only-suggested', `Suggested, not done: ${what}, ${repair.because}. ${level.says}`);
    const waitedMs = nowMs - askedSinceMs;
    const asks = frozen !== null || level.level === 'approve' || !sure;
    const restFits = restMs <= policy.approvalMs - waitedMs;
    if (!asks && restMs > 0 && restFits)
      return decide(
        'wait',
        'cooling-down',
        `Waits ${seconds(restMs)} before ${what}, ${repair.because}: ${lately(facts)} Sooner: awo approve GOAL --because WHY`,
        Math.min(LONGEST_MS, Math.max(LOOK_AGAIN_MS, restMs)),
      );
    if (asks || restMs > 0) {
      const why = frozen
        ? `Nothing is changed without a person until ${frozen.endsAt.slice(0, 16)}Z: ${frozen.reason}.`
        : !sure
          ? 'The cause is not certain enough to act without asking.'
          : asks
            ? level.says
            : lately(facts);
      if (waitedMs >= policy.approvalMs)
        return decide('stop', 'nobody-answered', `Nobody answered within ${Math.round(policy.approvalMs / 1000)} s whether to ${what}.`);
      return decide(
        'wait',
        frozen ? 'frozen' : asks ? 'waits-for-approval' : 'cooling-down',
        `Waits for somebody to approve: ${what}, ${repair.because}. ${why} awo approve GOAL --because WHY`,
        Math.min(LONGEST_MS, Math.max(LOOK_AGAIN_MS, waitedMs / 10)),
      );
    }
  }
  if (busy.length > 0)
    return decide('wait', 'waits-its-turn', `${busy.join(', ')} has ${repair.service} in hand: two at once would not know what they see.`, LOOK_AGAIN_MS);
  if (answer) return decide('go', 'approved', `${answer.who} approved ${what}: ${answer.because}.`);
  return decide('go', level.earned ? 'earned' : 'may-act', `${what} is carried out. ${level.says}`);
}

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;

/** What is left of the pause after the last one of its kind on this service. A clock that was set back makes it no longer than it is. */
const coolingMs = ({ cooldown, nowMs }: AdmitFacts): number =>
  cooldown?.lastAt ? Math.min(cooldown.ms, Math.max(0, Date.parse(cooldown.lastAt) + cooldown.ms - nowMs)) : 0;

const lately = ({ repair, cooldown, nowMs }: AdmitFacts): string =>
  `${repair.kind} was done to ${repair.service} ${seconds(nowMs - Date.parse(cooldown?.lastAt ?? ''))} ago, and is not repeated by itself within ${seconds(cooldown?.ms ?? 0)}.`;

/** What the policy says for this kind here, earned or lost by its record. */
function levelOf({ environment, repair, policy, record }: AdmitFacts): { level: AutonomyLevel; earned: boolean; says: string } {
  const here = policy.environments[environment];
  const given = here?.kinds?.[repair.kind] ?? here?.autonomy ?? policy.autonomy;
  const proven = policy.earnedAfter > 0 && record.goodInARow >= policy.earnedAfter;
  if (given === 'act' && record.wrong > 0 && !proven)
    return {
      level: 'approve',
      earned: false,
      says: `${repair.kind} was wrong in ${environment} (${record.wrongAt ?? ''}) and has to earn it again: ${record.goodInARow} of ${policy.earnedAfter} good ones since.`,
    };
  if (given === 'approve' && proven) return { level: 'act', earned: true, says: `${record.goodInARow} good ones in a row have earned it.` };
  return { level: given, earned: false, says: `The policy for ${environment} says ${given}.` };
}
