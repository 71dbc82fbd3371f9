// Looks at goals again that were walked before: what was signed of them must still be there, in the log, in its mirror, or in the archive.
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

/** The next `count` goals after `after` by id. `mirror`: the name of a stream that mirrors the log, where there is one. */
export async function lookAgain(
  bus: Bus,
  heads: Heads,
  broken: ReadonlySet<string>,
  options: { after: string; count: number; mirror: string | null; isSealed: IsSealed },
): Promise<Looked> {
  const { after, count, mirror, isSealed } = options;
  const goals = heads.following(after, count);
  const looked: Looked = { violations: [], archived: [], unknown: 0, last: goals.length < count ? '' : (goals.at(-1)?.goal ?? '') };
  for (const { goal, head } of goals) {
    if (broken.has(goal)) continue;
    const entries = await entriesOf(bus, 'GOALS', goal);
    // It may have moved on since; only what was signed is asked for.
    const found = verifyAnchored(entries, head);
    if (found.ok) {
      const differs = mirror ? differsFromMirror(goal, entries, await entriesOf(bus, mirror, goal)) : null;
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

/** The mirror may lag: what it does not have yet says nothing. What it has must stand in the log. Pure. */
function differsFromMirror(goal: string, log: readonly ChainEntry[], mirror: readonly ChainEntry[]): Violation | null {
  const bySeq = new Map(log.map((entry) => [entry.seq, entry]));
  for (const [index, copy] of mirror.entries()) {
    const there = bySeq.get(copy.seq);
    const detail = !there ? 'the mirror has a commit that the log has not' : 'the mirror has another commit at this place';
    if (!there || there.subject !== copy.subject || hashOf(there.bytes) !== hashOf(copy.bytes))
      return { goal, seq: copy.seq, index, what: 'differs-from-mirror', detail };
  }
  return null;
}
