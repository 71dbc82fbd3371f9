// Takes the commits of goals out of the archive when their time is over. What they were and how they ended stays in the manifest, and each removal is signed.
import { subjects } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { decodePack, nameOfPack, withoutGoals } from '@awo/archive';
import type { Archive, ArchivePolicy, ArchiveRecord, Holds } from '@awo/archive';
import type { Logger } from '@awo/telemetry';

const DAY_MS = 86_400_000;

export type RetentionOptions = { bus: Bus; archive: Archive; holds: Holds; policy: ArchivePolicy; log: Logger; now: () => Date };

/** Gives how many goals were removed. */
export async function applyRetention({ bus, archive, holds, policy, log, now }: RetentionOptions): Promise<number> {
  const held = new Set((await holds.all()).map(({ goal }) => goal));
  const due = dueGoals(archive, policy, now()).filter(({ goal }) => !held.has(goal));
  const byPack = Map.groupBy(due, ({ pack }) => pack);
  for (const [number, expired] of byPack) {
    const goals = expired.map(({ goal }) => goal);
    const why = { at: now().toISOString(), because: [...new Set(expired.map(({ because }) => because))].join('; ') };
    const { bytes } = await archive.pack(number);
    const without = withoutGoals(bytes, goals, why, archive.key);
    // Said before it is done: a removal that nobody can find out about is worse than a record of one that is done a round later.
    await bus.js.publish(
      subjects.history('archive', `pack-${number}`),
      JSON.stringify({ action: 'remove', pack: number, goals, ...why } satisfies ArchiveRecord),
    );
    await archive.store.replace(nameOfPack(number), without);
    archive.forget();
    const back = decodePack((await archive.pack(number)).bytes, [archive.key.publicKey]);
    if (goals.some((goal) => back.commitsOf(goal) !== null)) throw new Error(`pack ${number} still holds what was removed from it`);
    archive.catalog.markRemoved(goals, number, without.length);
    log.info({ pack: number, goals: goals.length, ...why }, 'goals were removed at the end of their retention');
  }
  return due.length;
}

function dueGoals(archive: Archive, { keep_days: { environments, other } }: ArchivePolicy, now: Date): { goal: string; pack: number; because: string }[] {
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString();
  const named = Object.entries(environments).flatMap(([environment, days]) =>
    days === 'forever'
      ? []
      : archive.catalog.endedBefore(before(days), { environment }).map((found) => ({ ...found, because: `${environment} is kept for ${days} days` })),
  );
  if (other === 'forever') return named;
  const rest = archive.catalog
    .endedBefore(before(other), { except: Object.keys(environments) })
    .map((found) => ({ ...found, because: `what has no environment of its own is kept for ${other} days` }));
  return [...named, ...rest];
}
