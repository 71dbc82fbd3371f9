// How long archived goals are kept, and legal holds, on a real nats-server.
import { verifyPack } from '@awo/archive';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyRetention } from './retention.ts';
import { openStage } from './testing/stage.ts';

let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => void (stage = await openStage()));
afterAll(() => stage.stop());

const DAY_MS = 86_400_000;
const why = { because: 'case 17', who: 'ada', at: '2026-01-01T00:00:00.000Z' };

test('each environment has its own time; what is over is taken out, signed and recorded, and nothing else', async () => {
  const keep_days = { environments: { staging: 7, audit: 'forever' as const }, other: 30 };
  const { round, ...parts } = await stage.open({ policy: { keep_days } });
  const [staging, production, audit, held] = [
    await stage.finish({ environment: 'staging' }),
    await stage.finish({ environment: 'production' }),
    await stage.finish({ environment: 'audit' }),
    await stage.finish({ environment: 'staging' }),
  ];
  await round();
  await parts.holds.hold({ goal: held, ...why });
  const after = (days: number) => applyRetention({ ...parts, bus: stage.archiver, now: () => new Date(Date.now() + days * DAY_MS) });
  const kept = async () => {
    const found = await Promise.all([staging, production, audit, held].map(async (goal) => ({ goal, commits: (await parts.archive.read(goal))?.commits })));
    return found.filter(({ commits }) => commits).map(({ goal }) => goal);
  };
  expect(await after(6)).toBe(0);
  expect(await after(8)).toBe(1);
  expect(await kept()).toEqual([production, audit, held]);
  expect(await after(8), 'what is gone is not taken out again').toBe(0);
  expect(await after(31)).toBe(1);
  expect(await kept()).toEqual([audit, held]);

  expect(parts.archive.catalog.get(staging)).toMatchObject({ goal: staging, outcome: 'done', removed: true });
  const { pack } = await parts.archive.pack(1);
  expect(pack.removed.map(({ removed, because }) => ({ removed, because }))).toEqual([
    { removed: staging, because: 'staging is kept for 7 days' },
    { removed: production, because: 'what has no environment of its own is kept for 30 days' },
  ]);
  expect(verifyPack(pack)).toBe(6);
  const record = await stage.operator.jsm.direct.getMessage('HISTORY', { last_by_subj: 'awo.history.archive.pack-1' });
  expect(record?.json()).toMatchObject({ action: 'remove', pack: 1, goals: [production] });

  await parts.holds.release({ goal: held, ...why });
  expect(await after(31), 'a hold that was released holds nothing').toBe(1);
  await parts.archive.rebuild();
  expect(
    parts.archive.catalog
      .find({ limit: 10 })
      .filter(({ removed }) => !removed)
      .map(({ goal }) => goal),
  ).toEqual([audit]);
});

test('a goal on hold stays in the log when it ends; what stands behind it leaves by itself where that is worth a purge', async () => {
  const { round, holds, view, policy, archive } = await stage.open();
  await round();
  const held = await stage.finish();
  await holds.hold({ goal: held, ...why });
  const behind = await stage.finish();
  expect(await round()).toEqual({ sealed: 1, purged: 0 });
  expect(archive.catalog.has(held)).toBe(false);
  expect((await stage.operator.lastCommit(held))?.commit.state.ended).toBeDefined();
  expect((await stage.operator.lastCommit(behind))?.commit.goal, 'few that wait behind it are not worth a purge each').toBe(behind);
  policy.stragglers = 0;
  expect(await round()).toEqual({ sealed: 0, purged: 1 });
  expect(await stage.operator.lastCommit(behind)).toBeNull();
  await holds.release({ goal: held, ...why });
  expect(await round()).toEqual({ sealed: 1, purged: 1 });
  expect(view.goals.size).toBe(0);
});

test('only the archiver may purge the log: the broker refuses everybody else', async () => {
  await stage.finish({ until: 'begun' });
  for (const user of ['planner', 'operator', 'observer', 'verifier', 'publisher', 'toolgate']) {
    const bus = await stage.nats.as(user);
    await expect(bus.jsm.streams.purge('GOALS'), user).rejects.toThrow(/permission/i);
    await bus.close();
  }
  expect(await stage.commitsInLog()).toBe(1);
});
