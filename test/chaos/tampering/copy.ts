// A copy of a store on a real server: the commits of each goal as they are, or as somebody has changed them.
import { join } from 'node:path';
import { openSigningKey, writeGoalCheckpoints } from '@awo/bus';
import type { Bus } from '@awo/bus';
import type { ChainEntry } from '@awo/goal';
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import type { Heads, Store } from './store.ts';

/** What stands between the commits that are kept, so that each keeps its sequence; taken out again at the end. */
const FILL = 'awo.fill';
/** Publishes under way at the same time. */
const WINDOW = 256;

/** Somebody who has the store in hand may write anything anywhere. */
export const startForged = (): Promise<TestNats> => startTestNats({ users: { forger: { publish: ['>'], subscribe: ['>'] } } });

/** Puts a new stream in the place of the log. Gives when it was made: the best of forgers would forge that too. */
export async function fillLog(forger: Bus, copy: Store, store: Store): Promise<string> {
  await forger.jsm.streams.delete('GOALS').catch(() => false);
  const { created } = await forger.jsm.streams.add({ name: 'GOALS', subjects: ['awo.log.>', FILL], allow_direct: true });
  const bySeq = new Map<number, ChainEntry>();
  // What the goal did not have before has no place between the commits of others.
  const behind: ChainEntry[] = [];
  for (const [goal, entries] of copy) {
    const own = new Set(store.get(goal)?.map(({ seq }) => seq));
    for (const entry of entries) {
      if (own.has(entry.seq)) bySeq.set(entry.seq, entry);
      else behind.push(entry);
    }
  }
  const last = Math.max(...[...store.values()].map((entries) => entries.at(-1)?.seq ?? 0));
  const inOrder = [...Array.from({ length: last }, (_, i) => bySeq.get(i + 1)), ...behind];
  for (let at = 0; at < inOrder.length; at += WINDOW)
    await Promise.all(inOrder.slice(at, at + WINDOW).map((entry) => forger.js.publish(entry?.subject ?? FILL, entry?.bytes ?? '', { timeout: 60_000 })));
  await forger.jsm.streams.purge('GOALS', { filter: FILL });
  return created;
}

/** What the verifier had signed while the store was whole. */
export async function signHeads(home: string, stream: string, heads: Heads): Promise<void> {
  const key = await openSigningKey(join(home, 'keys', 'installation.pem'));
  const checkpoints = await writeGoalCheckpoints(join(home, 'verifier', 'goals.checkpoints'), key);
  const rows = [...heads].map(([goal, { seq, commits, hash }]): [string, number, number, string] => [goal, seq, commits, hash]);
  const to = Math.max(...rows.map(([, seq]) => seq));
  await checkpoints.add({ stream, to, at: '2026-01-01T00:00:00.000Z', heads: rows, archived: [] });
  await checkpoints.close();
}
