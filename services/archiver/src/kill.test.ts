// The archiver dies by kill -9 at every kind of moment: no goal is lost, none is sealed twice, nothing else leaves the log.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '@awo/testing';
import { openStage, POLICY } from './testing/stage.ts';
import { startArchiver } from './testing/archiver-process.ts';

let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => void (stage = await openStage()));
afterAll(() => stage.stop());

/** Writes of a whole life: connecting, looking, sealing two goals, purging them one by one, the next look. `KILL_EVERY=1` dies at each. */
const WRITES = 60;
const EVERY = Number(process.env['KILL_EVERY'] ?? 12);

const textsOf = async (goal: string) => {
  const texts: string[] = [];
  for await (const { bytes } of stage.operator.history(goal)) texts.push(new TextDecoder().decode(bytes));
  return texts;
};

test('killed before any write to the bus, the archiver that follows makes it good', { timeout: 300_000 }, async () => {
  const open = await stage.finish({ until: 'begun' });
  // One that goes on stands first: what is sealed behind it has to leave one by one.
  const policy = { ...POLICY, every_s: 0.05, stragglers: 0 };
  const written = new Map<string, string[]>();
  const env = stage.nats.env('archiver');
  let killed = 0;
  for (let at = 3; at <= WRITES; at += EVERY) {
    for (const goal of [await stage.finish(), await stage.finish()]) written.set(goal, await textsOf(goal));
    const doomed = startArchiver(env, policy, at);
    const code = await Promise.race([doomed.exited, waitFor(() => false, { what: 'its death', timeoutMs: 15_000 }).catch(() => 'alive' as const)]);
    if (code === null) killed++;
    else await doomed.stop();
  }
  const last = startArchiver(env, policy);
  await waitFor(async () => (await stage.commitsInLog()) === 1, { what: `everything but the open goal to leave the log\n${last.output()}`, timeoutMs: 30_000 });
  await last.stop();

  const { archive } = await stage.open();
  await archive.rebuild();
  expect(archive.catalog.packs().goals).toBe(written.size);
  const sealed: string[] = [];
  for (let n = 1; n <= archive.catalog.last().pack; n++) sealed.push(...(await archive.pack(n)).pack.manifest.goals.map(({ goal }) => goal));
  expect(sealed.toSorted()).toEqual([...written.keys()].toSorted());
  for (const [goal, texts] of written) expect((await archive.read(goal))?.commits?.map(({ commit }) => commit)).toEqual(texts);
  expect(await textsOf(open)).toHaveLength(1);
  expect(killed).toBeGreaterThanOrEqual(Math.floor(WRITES / EVERY) - 1);
  console.log(`${killed} kills, ${written.size} goals, ${archive.catalog.last().pack} packs: none lost, none twice`);
});
