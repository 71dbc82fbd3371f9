// Sealing and purging against a real nats-server: what leaves the log lies in the archive, and nothing else leaves.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isArchived } from '@awo/bus';
import { packsOf } from './round.ts';
import { openStage } from './testing/stage.ts';

let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => void (stage = await openStage()));
afterAll(() => stage.stop());

test('finished goals are sealed into one pack, found by what they were, and leave the log', async () => {
  const goals = [await stage.finish(), await stage.finish({ service: 'web', environment: 'staging', outcome: 'failed' })];
  const { archive, round } = await stage.open();
  expect(await round()).toEqual({ sealed: 2, purged: 2 });
  expect(await stage.commitsInLog()).toBe(0);
  expect(archive.catalog.packs()).toMatchObject({ packs: 1, goals: 2 });
  expect(archive.catalog.find({ service: 'cart', limit: 10 }).map(({ goal }) => goal)).toEqual([goals[0]]);
  expect(archive.catalog.find({ environment: 'staging', outcome: 'failed', limit: 10 }).map(({ goal }) => goal)).toEqual([goals[1]]);
  expect(archive.catalog.find({ revision: 'abab', limit: 10 })).toHaveLength(2);
  expect(await isArchived(stage.planner, goals[0]!)).toBe(true);
  expect((await archive.read(goals[0]!))?.commits).toHaveLength(3);
});

test('packs are as large as they may be and hold at least one goal', () => {
  const of = (...lengths: number[]) =>
    packsOf(
      lengths.map((length) => ({ frame: { length } })),
      10,
    ).map((pack) => pack.map(({ frame }) => frame.length));
  expect(of(4, 6, 1, 30, 2)).toEqual([[4, 6], [1], [30], [2]]);
  expect(of()).toEqual([]);
});
