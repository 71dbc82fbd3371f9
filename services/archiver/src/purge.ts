// Takes sealed goals out of the log: everything below the oldest that must stay in one stroke, stragglers one by one.
import { setTimeout as sleep } from 'node:timers/promises';
import { subjects } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import type { GoalInLog, LogView } from './log-view.ts';

/** The lowest sequence that must stay. Pure. */
function waterMark(view: LogView): number {
  let mark = view.next;
  for (const one of view.goals.values()) if (!one.sealed && one.firstSeq < mark) mark = one.firstSeq;
  return mark;
}

/** Gives how many goals have left. */
export async function purgeSealed(bus: Bus, view: LogView, stragglers: number, log: { info: (fields: object, text: string) => void }): Promise<number> {
  const sealed = [...view.goals.values()].filter((one) => one.sealed).toSorted((a, b) => a.firstSeq - b.firstSeq);
  const mark = waterMark(view);
  const below = sealed.filter((one) => one.lastSeq < mark);
  if (below.length > 0) {
    await bus.jsm.streams.purge('GOALS', { seq: mark });
    for (const { goal } of below) view.goals.delete(goal);
    for (const one of sealed) one.firstSeq = Math.max(one.firstSeq, mark);
  }
  const behind = sealed.filter((one) => one.lastSeq >= mark);
  // A purge by subject costs the server as much as writing the goal did, so it is done only where one that stays holds many others up.
  const leaving = behind.slice(0, Math.max(0, behind.length - stragglers));
  for (const one of leaving) await purgeOne(bus, view, one);
  if (below.length + leaving.length > 0) log.info({ goals: below.length, oneByOne: leaving.length, below: mark }, 'archived goals have left the log');
  return below.length + leaving.length;
}

async function purgeOne(bus: Bus, view: LogView, { goal }: GoalInLog): Promise<void> {
  const started = performance.now();
  await bus.jsm.streams.purge('GOALS', { filter: subjects.goalLog(goal) });
  view.goals.delete(goal);
  // The server holds the stream while it purges: whoever hands work over has at least as long for himself.
  await sleep(performance.now() - started);
}
