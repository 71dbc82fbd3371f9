// What the archiver shows at each export: how much the archive holds, which finished goals it had to leave in the log, how its rounds ended.
import type { Archive } from '@awo/archive';
import { LABEL, count, observe } from '@awo/telemetry';
import type { LogView } from './log-view.ts';

export function showArchive(archive: Archive, view: () => LogView): void {
  for (const outcome of ['done', 'failed'] as const) countRound(outcome, 0);
  observe(['archiveGoals', 'archiveKept'], () => ({
    archiveGoals: [{ value: archive.catalog.packs().goals }],
    archiveKept: [{ value: [...view().goals.values()].filter(({ kept }) => kept !== undefined).length }],
  }));
}

export const countRound = (outcome: 'done' | 'failed', n = 1): void => count('archiveRounds', { [LABEL.outcome]: outcome }, n);
