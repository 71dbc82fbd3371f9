// Looks at goals again that were walked before: what was signed of them must still be there, in the log, in its copy, or in the archive.
import { storedMessages } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { RetryableError, subjects } from '@awo/contracts';
import type { Violation } from '@awo/contracts';
import { hashOf, verifyAnchored } from '@awo/goal';
import type { ChainEntry } from '@awo/goal';
import type { Heads } from './heads.ts';
import type { IsSealed } from './sealed.ts';
import { violationOf } from './violation.ts';

/** `unknown`: goals that left the log while no archiver can say whether it has them. `last`: where the next look begins; empty after the last goal. */
export type Looked = { violations: Violation[]; archived: string[]; unknown: number; last: string };

/** The next `count` goals after `after` by id. `copy`: the name of a stream that copies the log, where there is one. */
export async function lookAgain(
  bus: Bus,
  heads: Heads,
  broken: ReadonlySet<string>,
  options: { after: string; count: number; copy: string | null; isSealed: IsSealed },
): Promise<Looked> {
  const { after, count, copy, isSealed } = options;
  const goals = heads.following(after, count);
  const looked: Looked = { violations: [], archived: [], unknown: 0, last: goals.length < count ? '' : (goals.at(-1)?.goal ?? '') };
  for (const { goal, head } of goals) {
    if (broken.has(goal)) continue;
    // Read before the log: what comes meanwhile is then only missing where that says nothing.
    const copied = copy ? await entriesOf(bus, copy, goal) : [];
    const entries = await entriesOf(bus, 'GOALS', goal);
    // It may have moved on since; only what was signed is asked for.
    const found = verifyAnchored(entries, head);
    if (found.ok) {
      const differs = differsFromCopy(goal, entries, copied);
      if (differs) looked.violations.push(differs);
      continue;
    }
    const sealed = await isSealed(goal, head).catch((error: unknown) => {
      if (error instanceof RetryableError && error.code === 'archive-unavailable') return null;
      throw error;
    });
    if (sealed === null) looked.unknown++;
    else if (sealed) {
      heads.archived(goal);
      looked.archived.push(goal);
    } else looked.violations.push(violationOf(goal, found.problem));
  }
  return looked;
}

/** A goal's messages as they stand in a stream. */
export async function entriesOf(bus: Bus, stream: string, goal: string): Promise<ChainEntry[]> {
  const entries: ChainEntry[] = [];
  for await (const { seq, subject, data } of storedMessages(bus, stream, subjects.goalLog(goal))) entries.push({ seq, subject, bytes: data });
  return entries;
}

/** The copy may lag, and forgets by age: what it does not have says nothing. What it has must stand in the log; its sequences are its own. Pure. */
function differsFromCopy(goal: string, log: readonly ChainEntry[], copied: readonly ChainEntry[]): Violation | null {
  const there = new Set(log.map(({ subject, bytes }) => `${subject} ${hashOf(bytes)}`));
  const missing = copied.findIndex(({ subject, bytes }) => !there.has(`${subject} ${hashOf(bytes)}`));
  const seq = copied[missing]?.seq;
  if (seq === undefined) return null;
  return { goal, seq, index: missing, what: 'differs-from-copy', detail: `the copy has a commit (its sequence ${seq}) that the log has not` };
}
