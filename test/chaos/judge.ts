// What is held against a run when its faults are over: every submission answered, every goal ended, every history and every effect read.
import { waitFor } from '@awo/testing';
import type { Chronicle } from './chronicle.ts';
import { checkEffects } from './effects-check.ts';
import { inTime } from './experiment.ts';
import { checkHistories } from './history.ts';
import type { Submitter } from './submit.ts';
import type { World } from './world.ts';

/** Patience, back-off and leases add up; what is open after this is stuck. */
const ALL_ENDED_MS = 240_000;

export type Run = { world: World; chronicle: Chronicle; submit: Submitter; submissions: Promise<unknown> };

/** Ends the watching. `violations` names the goal of each. */
export async function judge({ world, chronicle, submit, submissions }: Run): Promise<{ counts: Record<string, number>; violations: string[] }> {
  const answered = await inTime(submissions, ALL_ENDED_MS);
  await waitFor(() => chronicle.ended() >= submit.accepted.size, { what: 'every goal to end', timeoutMs: ALL_ENDED_MS, everyMs: 200 }).catch(() => undefined);
  await chronicle.stop();
  const histories = await checkHistories(world.operator, chronicle.heads.keys(), submit.accepted);
  const effects = await checkEffects(await world.nats.as('provisioner', 'checker'), world.ledger, chronicle.heads);
  return {
    counts: {
      'goals accepted': submit.accepted.size,
      'submissions repeated': submit.repeated(),
      commits: histories.commits,
      ...named('ended', histories.outcomes),
      ...named('steps failed,', histories.failures),
      effects: effects.effects,
      'answered from the record': effects.recorded,
      'read back': effects.readBack,
      'unknown, given to a person': effects.unknown,
    },
    violations: [...(answered ? [] : ['a submission was not answered']), ...histories.violations, ...effects.violations, ...world.unexpected],
  };
}

/** The counts of one kind, each with its kind before it. */
export const named = (kind: string, counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, n]) => [`${kind} ${name}`, n]));
