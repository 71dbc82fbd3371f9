// One look through the log: what has ended long enough ago is sealed, what is sealed leaves. A kill at any point is made good by the next round.
import { setImmediate as breathe } from 'node:timers/promises';
import type { Bus } from '@awo/bus';
import type { Archive, ArchivePolicy, Holds, PackContent } from '@awo/archive';
import type { Logger } from '@awo/telemetry';
import { isReady, readOn } from './log-view.ts';
import type { GoalInLog, LogView } from './log-view.ts';
import { differsFromArchive, prepare } from './prepare.ts';
import { purgeSealed } from './purge.ts';

/** Commits held in memory at most: a goal that goes on for long is read again when it ends. */
const HELD_BYTES = 64 * 2 ** 20;
const MEBIBYTE = 2 ** 20;
const AT_A_TIME = 16;

export type RoundOptions = {
  bus: Bus;
  archive: Archive;
  holds: Holds;
  policy: ArchivePolicy;
  view: LogView;
  log: Logger;
  now: () => Date;
  signal: AbortSignal;
};

export type RoundResult = { sealed: number; purged: number };

/** Throws what the bus or the store throws; nothing is lost by it. */
export async function round(options: RoundOptions): Promise<RoundResult> {
  const { bus, archive, holds, policy, view, log, now, signal } = options;
  const result: RoundResult = { sealed: 0, purged: 0 };
  for (const pack of await archive.catchUp()) log.info({ ...pack }, 'a pack was taken in that this archiver had not seen whole');
  for (let more = true; more && !signal.aborted;) {
    const held = new Set((await holds.all()).map(({ goal }) => goal));
    for (const one of view.goals.values()) one.held = held.has(one.goal);
    more = await readOn(bus, view, {
      before: new Date(now().getTime() - policy.grace_s * 1000),
      endedGoals: policy.pack.goals,
      heldBytes: HELD_BYTES,
    });
    await recogniseArchived(options);
    result.sealed += await sealWhatIsReady(options, more);
    result.purged += await purgeSealed(bus, view, policy.stragglers, log);
  }
  return result;
}

/** After a kill between sealing and purging, the log still holds what the archive has. */
async function recogniseArchived({ archive, view, log }: RoundOptions): Promise<void> {
  const { pack } = archive.catalog.last();
  for (const one of view.goals.values()) {
    if (one.sealed || one.kept !== undefined || one.lookedUpAt === pack) continue;
    one.lookedUpAt = pack;
    if (!archive.catalog.has(one.goal)) continue;
    const difference = await differsFromArchive(archive, one);
    if (difference === null) Object.assign(one, { sealed: true, commits: null });
    else keep(one, difference, log);
  }
}

async function sealWhatIsReady(options: RoundOptions, more: boolean): Promise<number> {
  const { view, policy, now } = options;
  const ready = [...view.goals.values()].filter(isReady);
  const oldest = Math.min(...ready.map((one) => one.ended?.at ?? Infinity));
  const waited = (now().getTime() - oldest) / 1000 - policy.grace_s;
  if (ready.length === 0 || (!more && ready.length < policy.pack.goals && waited < policy.pack.wait_s)) return 0;
  let sealed = 0;
  for (let at = 0; at < ready.length && !options.signal.aborted; at += policy.pack.goals) {
    const contents = await prepareAll(options, ready.slice(at, at + policy.pack.goals));
    for (const pack of packsOf(contents, policy.pack.mebibytes * MEBIBYTE)) sealed += await sealOne(options, pack);
  }
  return sealed;
}

async function prepareAll({ bus, log, signal }: RoundOptions, ready: readonly GoalInLog[]): Promise<(PackContent & { frame: Buffer })[]> {
  const contents: (PackContent & { frame: Buffer })[] = [];
  for (let at = 0; at < ready.length && !signal.aborted; at += AT_A_TIME) {
    const some = ready.slice(at, at + AT_A_TIME);
    const prepared = await Promise.all(some.map(async (one) => ({ one, found: one.ended && (await prepare(bus, one, one.ended.state)) })));
    for (const { one, found } of prepared) {
      if (found?.kind === 'ready') contents.push(found.content);
      else if (found) keep(one, found.because, log);
    }
    await breathe();
  }
  return contents;
}

/** At most `bytes` each. Pure. */
export function packsOf<T extends { frame: { length: number } }>(contents: readonly T[], bytes: number): T[][] {
  const packs: T[][] = [];
  let room = 0;
  for (const content of contents) {
    if (packs.length === 0 || content.frame.length > room) {
      packs.push([]);
      room = bytes;
    }
    packs.at(-1)?.push(content);
    room -= content.frame.length;
  }
  return packs;
}

async function sealOne({ archive, view, holds, log }: RoundOptions, contents: readonly (PackContent & { frame: Buffer })[]): Promise<number> {
  // Somebody may have asked for a hold while the goals were being looked at.
  const held = new Set((await holds.all()).map(({ goal }) => goal));
  const free = contents.filter(({ goal }) => !held.has(goal.goal));
  if (free.length === 0) return 0;
  const pack = await archive.seal(free);
  // Another archiver was first: what it has sealed is recognised in the next round.
  if (!pack) return 0;
  log.info({ ...pack }, 'finished goals were sealed');
  for (const { goal } of free) {
    const one = view.goals.get(goal.goal);
    if (one) Object.assign(one, { sealed: true, commits: null });
  }
  return free.length;
}

function keep(one: GoalInLog, because: string, log: Logger): void {
  one.kept = because;
  log.error({ goal: one.goal, because }, 'a finished goal stays in the log: it is not as it should be');
}
