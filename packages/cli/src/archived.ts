// Archived goals beside those of the log, for commands that list goals.
import { askArchive } from '@awo/archive/reading';
import type { ArchiveFilter, FoundGoal } from '@awo/archive/reading';
import type { Bus } from '@awo/bus';
import { RetryableError } from '@awo/contracts';

/** Newest first. Empty where no archiver runs: a list of recent goals is no less true without the old ones. */
export async function archivedGoals(bus: Bus, filter: Partial<ArchiveFilter>): Promise<FoundGoal[]> {
  try {
    return (await askArchive(bus, 'find', filter)).goals;
  } catch (error) {
    if (error instanceof RetryableError && error.code === 'archive-unavailable') return [];
    throw error;
  }
}
