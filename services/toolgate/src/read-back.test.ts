// Read-back, one row per capability and what can be found; policy and pinning by table.
import { CAPABILITIES } from '@awo/contracts';
import type { RevisionStatus, ServiceStatus } from '@awo/contracts';
import { expect, test } from 'vitest';
import { definitionDigest, effectOf, pinState } from './pinning.ts';
import { isAllowed, readPolicy, serverOf } from './policy.ts';
import { readBack } from './read-back.ts';
import { ownPins } from './own-pins.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const revision = (sha: string, more: Partial<RevisionStatus> = {}): RevisionStatus => ({
  revision: sha,
  weight: 0,
  state: 'ready',
  pid: 1,
  port: 41,
  restarts: 0,
  startedAt: null,
  ...more,
});
const cart = (...revisions: RevisionStatus[]): ServiceStatus => ({
  environment: 'production',
  name: 'cart',
  repo: '/repo',
  address: 'http://127.0.0.1:9',
  revisions,
  previous: null,
  sideBySide: true,
});
const where = { environment: 'production', service: 'cart' };
const weights = {
  ...where,
  weights: [
    { revision: A, weight: 90 },
    { revision: B, weight: 10 },
  ],
};

const shared = (value: number, ...launches: string[]) => ({
  ...cart(revision(A, { weight: 100, processes: launches.length, serving: launches.map((launch) => ({ launch, pid: 1, port: 1 })) })),
  replicas: { value, max: 4 },
});
const scaled = (value: number, processes: number) => ({ ...cart(revision(A, { weight: 100, processes })), replicas: { value, max: 4 } });

test.each<[title: string, capability: string, args: object, services: ServiceStatus[], kind: 'done' | 'absent' | 'unknown']>([
  ['a revision that is ready was started', 'rollout.start', { ...where, revision: A }, [cart(revision(A))], 'done'],
  [
    'one that is still starting is started again: the server knows its own starts',
    'rollout.start',
    { ...where, revision: A },
    [cart(revision(A, { state: 'starting' }))],
    'absent',
  ],
  ['one that has no port is not', 'rollout.start', { ...where, revision: A }, [cart(revision(A, { port: null }))], 'absent'],
  ['one that was stopped is not', 'rollout.start', { ...where, revision: A }, [cart(revision(A, { state: 'stopped' }))], 'absent'],
  ['another revision is not this one', 'rollout.start', { ...where, revision: A }, [cart(revision(B))], 'absent'],
  ['another environment is not this one', 'rollout.start', { ...where, revision: A }, [{ ...cart(revision(A)), environment: 'staging' }], 'absent'],
  ['nothing runs, nothing was started', 'rollout.start', { ...where, revision: A }, [], 'absent'],
  ['a revision that stopped was stopped', 'rollout.stop', { ...where, revision: A }, [cart(revision(A, { state: 'stopped' }))], 'done'],
  ['one that is gone was stopped', 'rollout.stop', { ...where, revision: A }, [], 'done'],
  ['one that drains is not there yet', 'rollout.stop', { ...where, revision: A }, [cart(revision(A, { state: 'draining' }))], 'absent'],
  ['one that runs was not stopped', 'rollout.stop', { ...where, revision: A }, [cart(revision(A))], 'absent'],
  ['the weights that were asked for', 'traffic.set', weights, [cart(revision(A, { weight: 90 }), revision(B, { weight: 10 }))], 'done'],
  ['other weights', 'traffic.set', weights, [cart(revision(A, { weight: 100 }), revision(B))], 'absent'],
  ['half of the weights', 'traffic.set', weights, [cart(revision(A, { weight: 90 }))], 'absent'],
  [
    'copies beside the weights',
    'traffic.set',
    { ...weights, copies: { revision: B, share: 100 } },
    [cart(revision(A, { weight: 90 }), revision(B, { weight: 10 }))],
    'absent',
  ],
  ['copies that have not ended', 'traffic.set', weights, [cart(revision(A, { weight: 90 }), revision(B, { weight: 10, copies: 100 }))], 'absent'],
  ['a service that is not there has no weights', 'traffic.set', weights, [], 'absent'],
  [
    'another process than the one that was to be restarted',
    'service.restart',
    { ...where, revision: A, launch: 'x' },
    [cart(revision(A, { launch: 'y' }))],
    'done',
  ],
  ['the very process that was to be restarted', 'service.restart', { ...where, revision: A, launch: 'x' }, [cart(revision(A, { launch: 'x' }))], 'absent'],
  ['the drained process, while it serves', 'service.drain', { ...where, revision: A, process: 'x' }, [shared(2, 'x', 'y')], 'absent'],
  ['the drained process, with nothing yet in its place', 'service.drain', { ...where, revision: A, process: 'x' }, [shared(2, 'y')], 'absent'],
  ['the drained process, with a fresh one in its place', 'service.drain', { ...where, revision: A, process: 'x' }, [shared(2, 'y', 'z')], 'done'],
  ['another configuration', 'service.configure', { ...where, configuration: { env: { POOL: '9' }, files: [] } }, [cart(revision(A))], 'absent'],
  ['fewer processes than there should be', 'service.scale', { ...where, replicas: 3 }, [scaled(3, 2)], 'absent'],
  ['as many processes as there should be', 'service.scale', { ...where, replicas: 3 }, [scaled(3, 3)], 'done'],
  ['another share turned away', 'traffic.shed', { ...where, share: 20 }, [{ ...cart(revision(A)), shed: 0 }], 'absent'],
  ['what nobody can read back is for a person', 'mail.send', where, [], 'unknown'],
])('%s', (_title, capability, args, services, kind) => {
  expect(readBack(capability, args, services).kind).toBe(kind);
});

test('every capability with an effect can be read back, and the result that is read fits its contract', () => {
  const args = {
    'rollout.start': { ...where, revision: A },
    'rollout.stop': { ...where, revision: B },
    'traffic.set': { ...where, weights: [{ revision: A, weight: 100 }] },
    'service.configure': { ...where, configuration: { env: { POOL: '9' }, files: [] } },
    'service.restart': { ...where, revision: A, launch: 'the one before' },
    'service.drain': { ...where, revision: A, process: 'the one before' },
    'service.scale': { ...where, replicas: 2 },
    'traffic.shed': { ...where, share: 20 },
  };
  const after = {
    ...cart(revision(A, { weight: 100, launch: 'this one', processes: 2, serving: ['this one', 'and this'].map((launch) => ({ launch, pid: 1, port: 1 })) })),
    replicas: { value: 2, max: 4 },
    configuration: { env: { POOL: '9' }, files: [] },
    shed: 20,
  };
  const withEffect = CAPABILITIES.filter((c) => c.effect !== 'none');
  expect(withEffect.map((c) => c.name).toSorted()).toEqual(Object.keys(args).toSorted());
  for (const capability of withEffect) {
    const found = readBack(capability.name, args[capability.name as keyof typeof args], [after]);
    expect(found.kind, capability.name).toBe('done');
    expect(capability.output.safeParse(found.kind === 'done' && found.result).success, capability.name).toBe(true);
  }
});

test('the policy gives every capability to exactly one of our servers, and effects to the deploy agent alone', async () => {
  const policy = await readPolicy(new URL('../../../deploy/toolgate/policy.yaml', import.meta.url));
  for (const { name } of CAPABILITIES) expect(serverOf(policy, name), name).toMatch(/^mcp-/);
  for (const { name } of CAPABILITIES.filter((c) => c.effect !== 'none'))
    expect(
      Object.keys(policy.allow).filter((by) => isAllowed(policy, by, name)),
      name,
    ).toEqual(['deploy']);
  expect(isAllowed(policy, 'nobody', 'vcs.resolve')).toBe(false);
  expect(isAllowed({ allow: { a: ['vcs.*', 'x'] }, servers: {} }, 'a', 'vcsx')).toBe(false);
  expect(isAllowed({ allow: { a: ['x'] }, servers: {} }, 'a', 'xy')).toBe(false);
});

const tool = { name: 'press', description: 'Presses.', inputSchema: { type: 'object', properties: { a: {}, b: {} } }, annotations: { readOnlyHint: true } };

test('the order of keys does not change a definition; any word in it does', () => {
  expect(definitionDigest({ ...tool, inputSchema: { properties: { b: {}, a: {} }, type: 'object' } })).toBe(definitionDigest(tool));
  for (const changed of [
    { ...tool, description: 'Presses!' },
    { ...tool, inputSchema: { type: 'object' } },
    { ...tool, annotations: {} },
    { ...tool, outputSchema: {} },
    { ...tool, name: 'pull' },
  ])
    expect(definitionDigest(changed)).not.toBe(definitionDigest(tool));
});

test.each([
  ['the same as when it was pinned', 'd', 'd', 'pinned'],
  ['other than when it was pinned', 'd', 'e', 'changed'],
  ['not there when its server was attached', 'd', undefined, 'new'],
] as const)('a definition that is %s', (_title, digest, pinned, state) => {
  expect(pinState(digest, pinned)).toBe(state);
});

test('only a tool that says so is read-only', () => {
  expect([{ readOnlyHint: true }, { readOnlyHint: 'true' }, {}, null, undefined].map(effectOf)).toEqual(['none', 'unknown', 'unknown', 'unknown', 'unknown']);
});

test('each of our capabilities has a pin, computed from its contract', async () => {
  expect([...(await ownPins()).keys()].toSorted()).toEqual(CAPABILITIES.map((c) => c.name).toSorted());
});
