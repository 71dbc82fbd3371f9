// Whether the archive holds a goal that has left the log, exactly as it was signed.
import { askArchive } from '@awo/archive/reading';
import type { Bus } from '@awo/bus';
import { hashOf } from '@awo/goal';
import type { GoalHead } from '@awo/goal';

/** `head`: what was signed of the goal; null where nothing was. Throws RetryableError `archive-unavailable` where nobody can say. */
export type IsSealed = (goal: string, head: GoalHead | null) => Promise<boolean>;

export function askWhetherSealed(bus: Bus): IsSealed {
  return async (goal, head) => {
    const { found, commits } = await askArchive(bus, 'read', { goal, from: head ? head.commits - 1 : 0 });
    if (!found || !head) return found !== null;
    // Retention has taken the commits, which it signs; how far the goal came is kept.
    if (found.removed) return found.commits > head.commits || found.head === head.hash;
    // It may have gone on after it was signed.
    const [there] = commits;
    return there?.seq === head.seq && hashOf(new TextEncoder().encode(there.commit)) === head.hash;
  };
}
