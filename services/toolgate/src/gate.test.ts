// The way out, on a real bus with tool servers as processes: what is refused, what is done once, what is read back.
import { createHash } from 'node:crypto';
import { RetryableError, TerminalError } from '@awo/contracts';
import type { ServiceStatus, ToolRequest } from '@awo/contracts';
import { requestTool } from '@awo/tools';
import { waitFor } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passGate } from './gate.ts';
import { SHA, setStage } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  stage.answer({
    'traffic.set': { result: { weights: WEIGHTS, address: 'http://127.0.0.1:1' } },
    'rollout.status': { result: { services: [] } },
    'vcs.commits': { result: { commits: [] } },
  });
  await Promise.all([stage.server('mcp-local'), stage.server('mcp-git', 'mcp-git-1'), stage.server('mcp-git', 'mcp-git-2')]);
});
afterAll(() => stage.stop());

const WEIGHTS = [{ revision: SHA, weight: 100 }];
const weigh = { environment: 'production', service: 'cart', weights: WEIGHTS };
let count = 0;
const goal = () => `g${String(count++).padStart(10, '0')}`;
const request = (more: Partial<ToolRequest> = {}): ToolRequest => ({ goal: goal(), step: 'shift', action: 'set', fence: 10, args: weigh, ...more });
const pass = (by: string, capability: string, given: ToolRequest) => passGate(stage.gate, by, capability, given);
const failure = (by: string, capability: string, given: ToolRequest) =>
  pass(by, capability, given).then(
    () => null,
    (error: unknown) => error as TerminalError,
  );
const status = (weight: number, state: 'ready' | 'stopped' = 'ready'): ServiceStatus => ({
  environment: 'production',
  name: 'cart',
  repo: '/repo',
  address: 'http://127.0.0.1:1',
  revisions: [{ revision: SHA, weight, state, pid: 1, port: 41, restarts: 0, startedAt: null }],
  previous: null,
  sideBySide: true,
});

test.each<[what: string, by: string, capability: string, request: Partial<ToolRequest>, code: string, said: RegExp]>([
  ['what the policy does not allow this agent', 'impact', 'traffic.set', {}, 'not-allowed', /impact may not ask for traffic\.set\..*policy\.yaml/],
  ['a role that the policy does not name', 'stranger', 'vcs.resolve', {}, 'not-allowed', /stranger may not/],
  ['a capability that does not exist', 'impact', 'vcs.push', {}, 'unknown-capability', /no capability "vcs\.push".*Known: vcs\.resolve/],
  ['a server that is not attached', 'monitor', 'x.every.echo', {}, 'unknown-capability', /"every" is attached.*awo tools add/],
  ['arguments that do not fit', 'deploy', 'traffic.set', { args: { ...weigh, service: 'c.a' } }, 'bad-arguments', /traffic\.set: "service" start with/],
  ['missing arguments', 'deploy', 'traffic.set', { args: {} }, 'bad-arguments', /"environment"/],
  ['an effect outside of any goal', 'deploy', 'traffic.set', { goal: null, step: null }, 'not-allowed', /only be asked for within a goal/],
])('%s is refused with the way out, and nothing is called', async (_what, by, capability, more, code, said) => {
  const before = stage.calls().length;
  const error = await failure(by, capability, request(more));
  expect(error).toBeInstanceOf(TerminalError);
  expect(error?.code).toBe(code);
  expect(`${error?.message} ${error?.hint ?? ''}`).toMatch(said);
  expect(stage.calls()).toHaveLength(before);
});

test('an effect is called once with its key and fence; asked for again, the recorded result comes back', async () => {
  const given = request();
  expect(await pass('deploy', 'traffic.set', given)).toMatchObject({ how: 'ok', server: 'mcp-local', result: { weights: WEIGHTS } });
  expect(await pass('deploy', 'traffic.set', { ...given, fence: 11 })).toMatchObject({ how: 'recorded', result: { weights: WEIGHTS } });
  const calls = stage.calls('traffic.set').filter((c) => c.key === `${given.goal}.shift.set`);
  expect(calls).toMatchObject([{ fence: 10 }]);
});

test('the same action with other arguments is refused, because one name cannot stand for two effects', async () => {
  const given = request();
  await pass('deploy', 'traffic.set', given);
  const error = await failure('deploy', 'traffic.set', { ...given, args: { ...weigh, service: 'web' } });
  expect(error).toMatchObject({ code: 'bad-arguments', message: expect.stringMatching(/asked for before with other arguments/) });
});

test('a worker that was overtaken finds its fence out of date', async () => {
  const given = request({ fence: 20 });
  await pass('deploy', 'traffic.set', given);
  const error = await failure('deploy', 'traffic.set', { ...given, action: 'late', fence: 19 });
  expect(error).toMatchObject({ code: 'stale-fence', message: expect.stringMatching(/fence 19\.1, but shift of g\d+ is at 20\.1/) });
  expect(stage.calls().some((c) => c.key?.endsWith('.late'))).toBe(false);
});

test('of two workers that have read the same commit the one to whom it was delivered later holds the step', async () => {
  const given = request({ fence: 20 });
  await pass('deploy', 'traffic.set', { ...given, attempt: 2 });
  const error = await failure('deploy', 'traffic.set', { ...given, action: 'woken', attempt: 1 });
  expect(error).toMatchObject({ code: 'stale-fence', message: expect.stringMatching(/fence 20\.1, but shift of g\d+ is at 20\.2/) });
});

test('steps side by side do not overtake each other, though each has read another commit', async () => {
  const given = request({ fence: 21, step: 'right' });
  await pass('deploy', 'traffic.set', given);
  expect(await pass('deploy', 'traffic.set', { ...given, step: 'left', fence: 20 })).toMatchObject({ how: 'ok' });
});

test('a step that is over asks for nothing more, also where nobody has asked since', async () => {
  const given = request({ step: 'over' });
  expect(await failure('deploy', 'traffic.set', given)).toMatchObject({ code: 'stale-fence', message: expect.stringMatching(/over of g\d+ is over/) });
  expect(stage.calls().some((c) => c.key?.startsWith(`${given.goal}.over`))).toBe(false);
});

test('asked for again while the call is under way, because the first worker is gone: it is waited for, not called twice', async () => {
  stage.answer({ 'traffic.set': { result: { weights: WEIGHTS, address: 'http://127.0.0.1:1' }, afterMs: 1000 } });
  const given = request();
  const first = pass('deploy', 'traffic.set', given);
  const mine = () => stage.calls('traffic.set').filter((c) => c.key === `${given.goal}.shift.set`);
  await waitFor(() => mine().length === 1, { what: 'the call to arrive', everyMs: 10 });
  const answers = await Promise.all([first, pass('deploy', 'traffic.set', { ...given, attempt: 2 })]);
  stage.answer({ 'traffic.set': { result: { weights: WEIGHTS, address: 'http://127.0.0.1:1' } } });
  expect(answers).toMatchObject([{ how: 'ok' }, { how: 'ok' }]);
  expect(mine()).toHaveLength(1);
});

test('claimed by one that died and asked for by two: one of them calls', async () => {
  const given = request();
  const digest = createHash('sha256')
    .update(JSON.stringify(['traffic.set', weigh]))
    .digest('hex');
  await stage.gate.effects.claim(`${given.goal}.shift.set`, { state: 'claimed', request: digest, at: new Date().toISOString(), by: 'toolgate-dead' });
  const answers = await Promise.all([pass('deploy', 'traffic.set', given), pass('deploy', 'traffic.set', given)]);
  expect(answers).toMatchObject([{ how: 'ok' }, { how: 'ok' }]);
  expect(stage.calls('traffic.set').filter((c) => c.key === `${given.goal}.shift.set`)).toHaveLength(1);
});

test('a tool’s final word is recorded: asked for again it is not called again', async () => {
  stage.answer({ 'rollout.stop': { terminal: 'nothing-running' } });
  const given = request({ args: { environment: 'production', service: 'cart', revision: SHA } });
  for (let i = 0; i < 2; i++) expect(await failure('deploy', 'rollout.stop', given)).toMatchObject({ code: 'nothing-running' });
  expect(stage.calls('rollout.stop')).toHaveLength(1);
});

test('a tool that says "not now" has done nothing, so it is called again', async () => {
  const given = request();
  stage.answer({ 'traffic.set': { retryable: 'busy' } });
  const error = await failure('deploy', 'traffic.set', given);
  expect(error).toBeInstanceOf(RetryableError);
  expect(error).toMatchObject({ code: 'busy', afterMs: 50 });
  stage.answer({ 'traffic.set': { result: { weights: WEIGHTS, address: 'http://127.0.0.1:1' } } });
  expect(await pass('deploy', 'traffic.set', given)).toMatchObject({ how: 'ok' });
  expect(stage.calls('traffic.set').filter((c) => c.key === `${given.goal}.shift.set`)).toHaveLength(2);
});

test('what has no effect is asked each time, outside of a goal too', async () => {
  const given = request({ goal: null, step: null, args: { repo: '/repo', base: null, head: SHA } });
  for (let i = 0; i < 2; i++) expect(await pass('impact', 'vcs.commits', given)).toMatchObject({ how: 'ok' });
  expect(stage.calls('vcs.commits').length).toBeGreaterThanOrEqual(2);
});

test('toolgate killed after the call, before the result: the effect is read back and not repeated', async () => {
  const operator = await stage.nats.as('deploy');
  // This gate reads the log, where the goal has one commit.
  const given = request({ goal: await stage.open('shift'), fence: 1 });
  stage.answer({ 'traffic.set': { hang: true } });
  const first = await stage.toolgate('toolgate-1');
  const lost = requestTool(operator, 'traffic.set', given, { timeoutMs: 20_000 }).catch((error: unknown) => error);
  const asked = () => stage.calls('traffic.set').filter((c) => c.key === `${given.goal}.shift.set`);
  await waitFor(() => asked().length === 1, { what: 'the call to arrive' });
  first.kill('SIGKILL');
  expect(await lost).toMatchObject({ name: 'RetryableError', code: 'tool-unavailable' });

  stage.answer({ 'rollout.status': { result: { services: [status(100)] } } });
  const second = await stage.toolgate('toolgate-2');
  const again = await requestTool(operator, 'traffic.set', { ...given, attempt: 2 }, { timeoutMs: 20_000 });
  expect(again).toMatchObject({ how: 'read-back', result: { weights: WEIGHTS } });
  expect(asked()).toHaveLength(1);
  expect(await requestTool(operator, 'traffic.set', { ...given, attempt: 3 }, { timeoutMs: 20_000 })).toMatchObject({ how: 'recorded' });
  second.kill('SIGKILL');
});

test('toolgate killed before the effect took place: it is done then', async () => {
  const given = request();
  stage.answer({ 'traffic.set': { result: { weights: WEIGHTS, address: 'http://127.0.0.1:1' } }, 'rollout.status': { result: { services: [status(0)] } } });
  const digest = createHash('sha256')
    .update(JSON.stringify(['traffic.set', weigh]))
    .digest('hex');
  await stage.gate.effects.claim(`${given.goal}.shift.set`, { state: 'claimed', request: digest, at: new Date().toISOString(), by: 'toolgate-dead' });
  expect(await pass('deploy', 'traffic.set', given)).toMatchObject({ how: 'ok' });
  expect(stage.calls('traffic.set').filter((c) => c.key === `${given.goal}.shift.set`)).toHaveLength(1);
});

test('a server that dies in a call is taken for dead within ten seconds or so, and the next call reaches the other replica', async () => {
  stage.answer({ 'vcs.commits': { hang: true } });
  const third = await stage.server('mcp-git', 'mcp-git-3');
  const given = request({ goal: null, step: null, args: { repo: '/dying', base: null, head: SHA } });
  const mine = () => stage.calls('vcs.commits').filter((c) => c.args.repo === '/dying');
  // Sessions go to any replica: open new ones until one is with the third.
  const asked: Promise<unknown>[] = [];
  await waitFor(
    async () => {
      stage.gate.clients.drop('mcp-git');
      const before = mine().length;
      asked.push(pass('impact', 'vcs.commits', given).catch((error: unknown) => error));
      await waitFor(() => mine().length > before, { what: 'the call to arrive' });
      return mine().at(-1)?.by === 'mcp-git-3';
    },
    { what: 'a session with the third replica', timeoutMs: 20_000 },
  );
  const began = Date.now();
  third.kill('SIGKILL');
  const error = await asked.at(-1);
  expect(error).toBeInstanceOf(RetryableError);
  expect(error).toMatchObject({ code: 'tool-unavailable' });
  expect(Date.now() - began).toBeLessThan(13_000);
  stage.answer({ 'vcs.commits': { result: { commits: [] } } });
  expect(await pass('impact', 'vcs.commits', given)).toMatchObject({ how: 'ok' });
  expect(mine().at(-1)?.by).not.toBe('mcp-git-3');
});

test('a call that takes longer than the silence that means death is kept alive by its heartbeats', async () => {
  stage.answer({ 'vcs.commits': { result: { commits: [] }, afterMs: 12_000 } });
  const given = request({ goal: null, step: null, args: { repo: '/long', base: null, head: SHA } });
  expect(await pass('impact', 'vcs.commits', given)).toMatchObject({ how: 'ok' });
  expect(stage.calls('vcs.commits').filter((c) => c.args.repo === '/long')).toHaveLength(1);
});
