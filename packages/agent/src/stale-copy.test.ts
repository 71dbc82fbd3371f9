// Work is taken up by what was delivered, not by what a lagging copy of the log says: neither a step nor a timer is acknowledged for nothing.
import { busOn } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { takeUpCommit, takeUpTimer } from './take-up.ts';
import { setStage, step } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.rest());
afterAll(() => stage.stop());

/** The bus of a worker whose first read of the log meets a leader that was stopped at `seq`. */
async function onCopyAt(seq: number): Promise<Bus> {
  const { impact } = stage;
  const message = await impact.jsm.streams.getMessage('GOALS', { seq });
  const streams = Object.create(impact.jsm.streams, { getMessage: { value: async () => message } }) as Bus['jsm']['streams'];
  return busOn({ ...impact, jsm: Object.create(impact.jsm, { streams: { value: streams } }) as Bus['jsm'] });
}

test('a step that was handed over again is carried out, also where the copy that is asked does not know of the hand-over yet', async () => {
  const goal = await stage.open([step('a'), step('b', ['a'])]);
  const first = (await stage.impact.lastCommit(goal))?.seq ?? 0;
  const given = stage.options(() => ({ kind: 'passed', output: {} }));
  await takeUpCommit(await stage.nextMessage(), given);
  const handOver = await stage.nextMessage();
  await takeUpCommit(await stage.redeliver(handOver), { ...given, bus: await onCopyAt(first) });
  expect(await stage.statusOf(goal)).toEqual({ a: 'passed', b: 'passed' });
});

test('a timer is not acknowledged by a log that has not seen its step wait: it rings again', async () => {
  const goal = await stage.open([step('a'), step('b', ['a'])]);
  const first = (await stage.impact.lastCommit(goal))?.seq ?? 0;
  const given = stage.options(({ looks, step: { id } }) =>
    id === 'a' || looks > 0 ? { kind: 'passed', output: {} } : { kind: 'wait', afterMs: 50, because: 'not yet', memo: {} },
  );
  await takeUpCommit(await stage.nextMessage(), given);
  await takeUpCommit(await stage.nextMessage(), given);
  const rings = await stage.nextMessage('TIMERS');
  await expect(takeUpTimer(rings, { ...given, bus: await onCopyAt(first) })).rejects.toMatchObject({ code: 'bus-unavailable' });
  rings.nak();
  await takeUpTimer(await stage.nextMessage('TIMERS'), given);
  expect(await stage.statusOf(goal)).toEqual({ a: 'passed', b: 'passed' });
});
