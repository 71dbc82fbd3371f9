// bus.yaml on a real server: applied twice it changes nothing, and each user is held to its own subjects.
import { AGENT_ROLES } from '@awo/contracts';
import { BUS_FILE } from '@awo/embedded';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from './bus.ts';
import { provision, readBusSpec } from './provision.ts';
import type { BusSpec } from './provision.ts';
import { accepted, freshGoal, step } from './testing.fixture.ts';

let nats: TestNats;
let spec: BusSpec;
beforeAll(async () => {
  nats = await startTestNats();
  spec = await readBusSpec(BUS_FILE);
});
afterAll(() => nats.stop());

const picture = async () => {
  const { jsm } = await nats.as('provisioner');
  const streams = await Promise.all((await jsm.streams.names().next()).toSorted().map(async (name) => (await jsm.streams.info(name)).config));
  const consumers = await Promise.all(spec.consumers.map(async (c) => (await jsm.consumers.info(c.stream, c.name)).config));
  return { streams, consumers };
};

test('applying bus.yaml again changes nothing, so that every start may do it', async () => {
  const planner = await nats.as('planner');
  const goal = freshGoal();
  await planner.write({
    goal,
    by: { author: 'planner', instance: 'planner-1' },
    head: null,
    events: () => [accepted(goal, [step('a')])],
    now: () => new Date(),
  });
  const before = await picture();
  expect(before.streams.map((s) => s.name)).toEqual(expect.arrayContaining(Object.keys(spec.streams)));
  await provision(await nats.as('provisioner'), spec, 1);
  expect(await picture()).toEqual(before);
  expect(await planner.lastCommit(goal)).not.toBeNull();
});

test('a setting that was changed by hand is put right', async () => {
  const provisioner = await nats.as('provisioner');
  await provisioner.jsm.streams.update('HISTORY', { max_msgs_per_subject: 3 });
  await provision(provisioner, spec, 1);
  expect((await provisioner.jsm.streams.info('HISTORY')).config.max_msgs_per_subject).toBe(spec.streams.HISTORY?.max_msgs_per_subject);
});

const authors = [...AGENT_ROLES, 'operator'];
const users = [...authors, 'toolgate', 'mcp-git', 'mcp-local', 'mcp-tests', 'mcp-metrics', 'publisher', 'provisioner'];
const logMessages = async () => (await (await nats.as('provisioner')).jsm.streams.info('GOALS')).state.messages;

/** What the broker refused on this connection. */
function violationsOf(nc: Bus['nc']): string[] {
  const violations: string[] = [];
  void (async () => {
    for await (const status of nc.status()) if (status.type === 'error') violations.push(status.error.message);
  })();
  return violations;
}

test.each(users)('the broker does not let %s write in anybody else’s name', async (user) => {
  const before = await logMessages();
  const { nc } = await nats.as(user);
  const violations = violationsOf(nc);
  const others = authors.filter((author) => author !== user);
  for (const author of others) nc.publish(`awo.log.g0000000000.${author}.impact`, '{}');
  await waitFor(() => violations.length === others.length, { what: 'every refusal' });
  for (const author of others) expect(violations.join('\n')).toContain(`awo.log.g0000000000.${author}.impact`);
  expect(await logMessages()).toBe(before);
});

test.each([
  ['publisher', 'awo.log.>', 'goals of others'],
  ['mcp-git', 'awo.log.>', 'what tool servers have no business in'],
  ['impact', '_INBOX_planner.>', 'the answers to another'],
  ['mcp-local', 'awo.mcp.mcp-git', 'what is asked of another server'],
  ['impact', 'awo.tool.>', 'what is asked of toolgate'],
])('the broker does not let %s listen to %s: %s', async (user, subject) => {
  const { nc } = await nats.as(user);
  const refused = new Promise<string>((resolve) => nc.subscribe(subject, { callback: (error) => (error ? resolve(error.message) : undefined) }));
  expect(await refused).toMatch(/permission/i);
});

test('an agent cannot ask toolgate in the name of another, nor call a tool server past it', async () => {
  const { nc } = await nats.as('impact');
  const violations = violationsOf(nc);
  nc.publish('awo.tool.deploy.rollout.start', '{}');
  nc.publish('awo.mcp.mcp-local', '{}');
  nc.publish('$KV.effects.g0000000000.a.b', '{}');
  await waitFor(() => violations.length === 3, { what: 'every refusal' });
});

test('no user but the provisioner can delete from the log, and the stream itself forbids it to everybody', async () => {
  const { jsm } = await nats.as('provisioner');
  await expect(jsm.streams.deleteMessage('GOALS', 1)).rejects.toThrow(/delete/i);
  for (const user of ['planner', 'operator', 'toolgate']) {
    const bus = await nats.as(user);
    await expect(bus.jsm.streams.purge('GOALS'), user).rejects.toThrow();
  }
});
