// Promise 7: each user's real credentials try everything that is not theirs; the broker itself refuses, every time.
import { AGENT_ROLES } from '@awo/contracts';
import { goalIdFor, readBusSpec } from '@awo/bus';
import type { Bus, BusSpec } from '@awo/bus';
import { BUS_FILE, readBusUsers } from '@awo/embedded';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANSWERED, TARGETS, everythingToHear, everythingToSay } from './permissions/attempts.ts';
import { covers } from './permissions/covers.ts';
import { INTENT, TRUSTED } from './permissions/intent.ts';

let nats: TestNats;
let spec: BusSpec;
let provisioner: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  spec = await readBusSpec(BUS_FILE);
  provisioner = await nats.as('provisioner');
});
afterAll(() => nats.stop());

const users = Object.keys(readBusUsers());
const isMeant = (patterns: readonly string[], subject: string) => patterns.some((pattern) => covers(pattern, subject));

/** What the broker said about this connection, as it says it: `Permissions Violation for Publish to "…"`. */
function refusalsOf({ nc }: Bus): { publish: Set<string>; subscription: Set<string> } {
  const refused = { publish: new Set<string>(), subscription: new Set<string>() };
  void (async () => {
    for await (const status of nc.status()) {
      const [, what, subject] =
        status.type === 'error' ? (/Permissions Violation for (Publish|Subscription) to "([^"]+)"/i.exec(status.error.message) ?? []) : [];
      if (what && subject) refused[what.toLowerCase() as keyof typeof refused].add(subject);
    }
  })();
  return refused;
}

/** How much each stream holds and how many consumers it has: what a forbidden word must not change. */
async function stored(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { config, state } of provisioner.jsm.streams.list()) found[config.name] = `${state.last_seq} ${state.messages} ${state.consumer_count}`;
  return found;
}

test('every user of bus.yaml has its intent written down here, so that a new one cannot come in unseen', () => {
  expect(users.toSorted()).toEqual(Object.keys(INTENT).toSorted());
});

test.each(users)('%s cannot say what is not its own: the broker refuses each attempt, and nothing is stored or deleted', async (user) => {
  const before = await stored();
  const bus = await nats.as(user);
  const refused = refusalsOf(bus);
  const attempts = everythingToSay(spec).filter((subject) => !isMeant(INTENT[user]?.say ?? [], subject));
  for (const subject of attempts) bus.nc.publish(subject, '{}');
  await bus.nc.flush();
  // Errors come in the order of what was said: one for the last word has all before it.
  bus.nc.publish('awo.the-last-word', '{}');
  await waitFor(() => refused.publish.has('awo.the-last-word'), { what: `the last refusal for ${user}` });
  expect(attempts.filter((subject) => !refused.publish.has(subject))).toEqual([]);
  expect(await stored()).toEqual(before);
  console.log(`${user}: ${attempts.length} publishes refused`);
});

test.each(users)('%s cannot hear what is not meant for it', async (user) => {
  const bus = await nats.as(user);
  const refused = refusalsOf(bus);
  const attempts = everythingToHear().filter((subject) => !isMeant(INTENT[user]?.hear ?? [], subject));
  for (const subject of attempts) bus.nc.subscribe(subject, { callback: () => undefined });
  await bus.nc.flush();
  bus.nc.subscribe('awo.the-last-word', { callback: () => undefined });
  await waitFor(() => refused.subscription.has('awo.the-last-word'), { what: `the last refusal for ${user}` });
  expect(attempts.filter((subject) => !refused.subscription.has(subject))).toEqual([]);
});

/** Bytes that would be another's commit, if they stood on its subject. */
const FORGED = '{"v":1,"by":{"author":"planner"}}';

test.each(users.filter((user) => !TRUSTED.includes(user)))('%s cannot have the broker’s answers sent onto the subject of another', async (user) => {
  const bus = await nats.as(user);
  const mine = ANSWERED(spec).filter((subject) => isMeant(INTENT[user]?.say ?? [], subject) && !subject.startsWith('awo.goals'));
  const own = `awo.log.${goalIdFor(`forged by ${user}`)}.${user}.nobody`;
  if (isMeant(INTENT[user]?.say ?? [], own)) await bus.js.publish(own, FORGED);
  const targets = TARGETS.filter((target) => !isMeant(INTENT[user]?.say ?? [], target));
  const before = await lastOn(targets);
  for (const reply of targets)
    for (const subject of mine) {
      const body = subject.includes('.GET') ? { last_by_subj: own } : subject.includes('MSG.NEXT') ? { batch: 1, no_wait: true } : {};
      bus.nc.publish(subject, JSON.stringify(body), { reply });
    }
  await settled(bus, mine);
  expect(await lastOn(targets)).toEqual(before);
  console.log(`${user}: ${mine.length * targets.length} answers led astray, none arrived`);
});

/** All that this user said is stored and answered: what is its own to say would else be found by the next one, as if that had said it. */
async function settled(bus: Bus, said: string[]): Promise<void> {
  await bus.nc.flush();
  // An acknowledgement, or a refusal, comes after those of everything before it on the same stream.
  for (const subject of said) if (!subject.startsWith('$JS.')) await bus.js.publish(subject, FORGED).catch(() => undefined);
  await bus.jsm.getAccountInfo().catch(() => undefined);
}

/** The last message on each subject, asked for after everything that came before: an answer on its way would be there. */
async function lastOn(targets: string[]): Promise<(number | null)[]> {
  await provisioner.jsm.getAccountInfo();
  const streamOf = (target: string) => {
    const [first, name = ''] = target.split('.');
    if (first === '$KV') return `KV_${name}`;
    return first === '$O' ? `OBJ_${name}` : ({ log: 'GOALS', due: 'TIMERS', history: 'HISTORY' }[name] ?? '');
  };
  return Promise.all(targets.map(async (target) => (await provisioner.jsm.streams.getMessage(streamOf(target), { last_by_subj: target }))?.seq ?? null));
}

test('trusted with the account of the streams are people and the keepers of the streams, no agent and no tool server', () => {
  const inside = Object.entries(readBusUsers()).filter(([, { account }]) => account === undefined);
  expect(inside.map(([name]) => name).toSorted()).toEqual(TRUSTED.toSorted());
});

test.each(AGENT_ROLES)('%s has all that it needs: commits, guards, work, timers, evidence, and the log of others', async (role) => {
  const bus = await nats.as(role);
  const goal = goalIdFor(`work of ${role}`);
  const subject = `awo.log.${goal}.${role}.${role}`;
  const { seq } = await bus.js.publish(subject, '{}', { expect: { lastSubjectSequence: 0, lastSubjectSequenceSubject: `awo.log.${goal}.>` } });
  await expect(bus.js.publish(subject, '{}', { expect: { lastSubjectSequence: 0, lastSubjectSequenceSubject: `awo.log.${goal}.>` } })).rejects.toThrow(
    'wrong last sequence',
  );
  const message = await (await bus.js.consumers.get('GOALS', role)).next({ expires: 3000 });
  expect(await message?.ackAck()).toBe(true);
  expect((await bus.jsm.direct.getMessage('GOALS', { last_by_subj: `awo.log.${goal}.>` }))?.seq).toBe(seq);
  await bus.schedule({ role, goal, step: 'a', at: new Date(Date.now() + 60_000), after: seq });
  expect(new TextDecoder().decode(await bus.evidence.get(await bus.evidence.put(`seen by ${role}`)))).toBe(`seen by ${role}`);
});

test.each(['awo.log.g0000000000.planner.deploy', '$KV.effects.x'])(
  'a timer cannot ring on %s, though the broker would publish it with its own rights',
  async (target) => {
    const hdrs = headers();
    hdrs.set('Nats-Schedule', `@at ${new Date(Date.now() + 1000).toISOString()}`);
    hdrs.set('Nats-Schedule-Target', target);
    await expect((await nats.as('impact')).js.publish('awo.timer.impact.g0000000000.x', '{}', { headers: hdrs })).rejects.toThrow('target is invalid');
  },
);
