// Lead and joining agent on a real bus, with the other side played by hand: what is late, forged, broken or never said.
import type { StepContext } from '@awo/agent';
import { parseJson } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { RetryableError, ShareAnswer, ShareAsk, ShareOffer, subjects } from '@awo/contracts';
import type { StepState, SuiteResult, SuiteTask, TestReport } from '@awo/contracts';
import { createLogger } from '@awo/telemetry';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openCrew } from './crew.ts';
import { joinIn } from './join.ts';
import { runTogether } from './lead.ts';

let nats: TestNats;
let bus: Bus;
let peer: Bus;
let offers: ShareOffer[] = [];
beforeAll(async () => {
  nats = await startTestNats();
  [bus, peer] = [await nats.as('test', 'test-1'), await nats.as('test', 'test-2')];
  peer.nc.subscribe(subjects.shareOffer, {
    callback: (_, msg) => void offers.push(...[ShareOffer.safeParse(parseJson(msg.data))].flatMap(({ data }) => data ?? [])),
  });
  await peer.nc.flush();
});
afterAll(() => nats.stop());
beforeEach(() => void (offers = []));

const EVIDENCE = `sha256:${'0'.repeat(64)}` as const;
const counts = { passed: 1, failed: 0, skipped: 0, flaky: 0 };
const task = (suite: string): SuiteTask => ({
  suite,
  action: `run-${suite}`,
  args: {
    repo: '/repo',
    sha: 'a'.repeat(40),
    suite: { id: suite, unit: suite, dir: suite, command: ['true'], runner: 'exit-code', timeoutMs: 1, install: [], at: 'x:1' },
    install: [],
  },
  of: null,
});
const report = (suite: string): TestReport => ({ suite, verdict: 'passed', counts, cases: [], exitCode: 0, durationMs: 1, because: null, output: '' });
const result = (suite: string): SuiteResult => ({ suite, verdict: 'failed', counts, failing: [], flaky: [], because: null, durationMs: 1, evidence: EVIDENCE });

/** A step of these suites in the hands of `test-1`, whose own runs end when they are told to. */
function lead(suites: string[], width: number) {
  const running = new Map<string, { end: () => void; fail: (error: Error) => void }>();
  const stopping = new AbortController();
  const recorded: string[] = [];
  const call = (_: unknown, { suite: { id } }: SuiteTask['args']) =>
    new Promise<TestReport>((resolve, reject) => running.set(id, { end: () => resolve(report(id)), fail: reject }));
  const ctx = {
    goal: 'g0000000001',
    step: { id: 'run-tests' } as StepState,
    fence: 7,
    signal: stopping.signal,
    call,
    putEvidence: async () => EVIDENCE,
    recordCall: ({ action }) => void recorded.push(action),
  } as Partial<StepContext> as StepContext;
  const ended = runTogether({ ctx, tasks: suites.map(task), width, onResult: () => undefined }, { bus, crew: openCrew(), instance: 'test-1' });
  ended.catch(() => undefined);
  return { running, stopping, recorded, ended };
}
const offered = async (left: number): Promise<string> => (await waitFor(() => offers.find((one) => one.left === left), { what: `an offer of ${left}` })).share;
const ask = async (share: string, said: ShareAsk | string): Promise<ShareAnswer> => {
  const options = { timeout: 2000, noMux: true, reply: subjects.shareAnswer(crypto.randomUUID()) };
  return ShareAnswer.parse((await peer.nc.request(subjects.shareLead(share), typeof said === 'string' ? said : JSON.stringify(said), options)).json());
};
const take = (share: string, by = 'p1') => ask(share, { kind: 'take', by, instance: 'test-2' });
const done = (share: string, suite: string, by = 'p1') =>
  ask(share, {
    kind: 'done',
    by,
    suite,
    result: result(suite),
    calls: [{ capability: 'tests.run', server: 'mcp-tests', action: `run-${suite}`, startedAt: new Date().toISOString(), durationMs: 1, outcome: 'ok' }],
  });

test('where the lead can begin all of it nothing is said on the bus: the usual road costs nothing', async () => {
  const { running, ended } = lead(['a', 'b'], 2);
  for (const one of running.values()) one.end();
  expect((await ended).results.map(({ suite, by }) => [suite, by])).toEqual([
    ['a', 'test-1'],
    ['b', 'test-1'],
  ]);
  await bus.nc.flush();
  await peer.nc.flush();
  expect(offers).toEqual([]);
});

test('a result is taken once, from whoever was given the suite, and its call is in the log; forged and broken messages change nothing', async () => {
  const { running, ended, recorded } = lead(['a', 'b', 'c'], 1);
  const share = await offered(2);
  expect(await take(share)).toMatchObject({ kind: 'task', goal: 'g0000000001', step: 'run-tests', fence: 7, task: { suite: 'b', action: 'run-b' } });
  expect(await done(share, 'c')).toEqual({ kind: 'drop' });
  expect(await done(share, 'b', 'stranger')).toEqual({ kind: 'drop' });
  expect(await ask(share, { kind: 'alive', by: 'stranger', suite: 'b' })).toEqual({ kind: 'drop' });
  expect(await ask(share, '{"kind":"done","suite":"b"}')).toEqual({ kind: 'drop' });
  expect(await ask(share, 'no JSON')).toEqual({ kind: 'drop' });
  expect(await ask(share, { kind: 'alive', by: 'p1', suite: 'b' })).toEqual({ kind: 'go-on' });
  expect(await done(share, 'b')).toEqual({ kind: 'taken' });
  expect(await done(share, 'b')).toEqual({ kind: 'drop' });
  running.get('a')?.end();
  (await waitFor(() => running.get('c'), { what: 'the lead to go on' })).end();
  expect((await ended).results.map(({ suite, verdict, by }) => [suite, verdict, by])).toEqual([
    ['a', 'passed', 'test-1'],
    ['b', 'failed', 'test-2'],
    ['c', 'passed', 'test-1'],
  ]);
  expect(recorded).toEqual(['run-b']);
});

test('a silent agent loses its suite, gets no other, and its late result counts as long as there is none: the second run is not waited for', async () => {
  const { running, ended } = lead(['a', 'b'], 1);
  const share = await offered(1);
  expect(await take(share)).toMatchObject({ task: { suite: 'b' } });
  offers = [];
  await offered(1);
  expect(await take(share)).toEqual({ kind: 'nothing' });
  // While it was in other hands there was nothing to say.
  expect(offers.filter(({ left }) => left === 0)).toEqual([]);
  running.get('a')?.end();
  await waitFor(() => running.has('b'), { what: 'the lead to run it' });
  expect(await done(share, 'b')).toEqual({ kind: 'taken' });
  expect(await ended).toMatchObject({
    results: [
      { suite: 'a', by: 'test-1' },
      { suite: 'b', by: 'test-2' },
    ],
    givenBack: ['b: test-2 was silent for 5 s'],
  });
});

test('after an error of its own the lead gives out nothing more, and throws it once its other runs have ended: the next attempt begins anew', async () => {
  const { running, ended } = lead(['a', 'b', 'c'], 2);
  const share = await offered(1);
  running.get('a')?.fail(new RetryableError('tool-unavailable', 'gone'));
  expect(await take(share)).toEqual({ kind: 'nothing' });
  running.get('b')?.end();
  await expect(ended).rejects.toMatchObject({ code: 'tool-unavailable', message: 'gone' });
  expect(running.has('c')).toBe(false);
});

test('told to stop while only others work, the lead ends at once, and is not found any more', async () => {
  const { running, stopping, ended } = lead(['a', 'b'], 1);
  const share = await offered(1);
  await take(share);
  running.get('a')?.end();
  stopping.abort();
  await expect(ended).rejects.toMatchObject({ name: 'RetryableError' });
  // The server has heard it.
  await bus.nc.flush();
  await expect(done(share, 'b')).rejects.toThrow('no responders');
});

test('an agent that cannot run what it was given says so at once; it asks for no more than fits, and never itself', async () => {
  const stopping = new AbortController();
  const crew = openCrew(() => ({ cores: 1, memoryFreeMb: 4000 }));
  const joined = joinIn(crew, { bus, signal: stopping.signal, log: createLogger('test', 'test-1', 'silent'), instance: 'test-1' });
  const heard: ShareAsk[] = [];
  peer.nc.subscribe(subjects.shareLead('s1'), {
    callback: (_, msg) => {
      const said = ShareAsk.parse(msg.json());
      heard.push(said);
      const answer: ShareAnswer =
        said.kind === 'take' && heard.length === 1 ? { kind: 'task', task: task('b'), goal: 'g0000000001', step: 'run-tests', fence: 7 } : { kind: 'nothing' };
      msg.respond(JSON.stringify(answer));
    },
  });
  await Promise.all([bus.nc.flush(), peer.nc.flush()]);
  const offer = (by: string) =>
    peer.nc.publish(subjects.shareOffer, JSON.stringify({ share: 's1', by, instance: 'test-2', goal: 'g0000000001', step: 'run-tests', left: 1 }));
  const quiet = async () => {
    // There and back.
    for (const { nc } of [peer, bus, bus, peer]) await nc.flush();
    expect(heard).toEqual([]);
  };
  offer(crew.id);
  peer.nc.publish(subjects.shareOffer, 'no offer');
  await quiet();
  const busy = crew.begin();
  offer('p1');
  await quiet();
  busy();
  offer('p1');
  await waitFor(() => heard.some(({ kind }) => kind === 'give-back'), { what: 'the suite to be given back' });
  // No toolgate is on this bus.
  expect(heard.slice(0, 2)).toMatchObject([
    { kind: 'take', by: crew.id, instance: 'test-1' },
    { kind: 'give-back', suite: 'b', because: expect.stringContaining('Toolgate') },
  ]);
  stopping.abort();
  await joined;
});
