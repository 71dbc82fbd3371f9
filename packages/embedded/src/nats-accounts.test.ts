// Accounts as text: what passes between two is named, and nothing else passes.
import { expect, test } from 'vitest';
import { readBusUsers } from './bus-users.ts';
import { covers, renderAccounts } from './nats-accounts.ts';

test.each([
  ['awo.tool.>', 'awo.tool.impact.>', true],
  ['awo.tool.*', 'awo.tool.impact', true],
  ['awo.tool.*', 'awo.tool.>', false],
  ['awo.tool.impact', 'awo.tool.*', false],
  ['awo.tool.>', 'awo.tool', false],
  ['awo.tool', 'awo.tool.x', false],
])('%s covers %s: %s', (outer, inner, expected) => expect(covers(outer, inner)).toBe(expected));

const user = (publish: string[], subscribe: string[], account?: string) => ({ publish, subscribe, ...(account ? { account } : {}) });
const KEYS = { agent: 'UA', gate: 'UG', keeper: 'UK' };

test('a request passes to whoever hears it, what is stored to the streams, and an answer comes back on a subject of its own', () => {
  const text = renderAccounts(
    {
      agent: user(['awo.log.*.agent.*', 'awo.tool.agent.>'], [], 'AGENT'),
      gate: user(['_INBOX_agent.>'], ['awo.tool.>'], 'GATE'),
      keeper: user(['$JS.API.>'], []),
    },
    KEYS,
  );
  expect(text).toContain('{ service: { account: "AWO", subject: "awo.log.*.agent.*" } }');
  expect(text).toContain('{ service: { account: "GATE", subject: "awo.tool.agent.>" } }');
  expect(text).toContain('{ service: "awo.tool.agent.>", response_type: Stream, accounts: ["AGENT"] }');
  expect(text).toContain('publish: { allow: ["_INBOX_agent.>", "_R_.>"] }');
  expect(text).not.toContain('subject: "$JS.API.>"');
});

test('whoever wants to hear commits from an account of its own is told that none arrive, instead of waiting for ever', () => {
  expect(() => renderAccounts({ agent: user([], ['awo.log.>'], 'AGENT') }, KEYS)).toThrow('agent hears awo.log.>');
});

test('every agent of bus.yaml has an account to itself: two in one could send answers onto each other’s subjects', () => {
  const users = readBusUsers();
  const agents = Object.entries(users).filter(([, { publish }]) => publish.some((subject) => subject.startsWith('awo.timer.')));
  expect(agents.length).toBe(6);
  expect(new Set(agents.map(([, { account }]) => account)).size).toBe(6);
  for (const [name, { account }] of agents) {
    const others = Object.entries(users).filter(([other, o]) => other !== name && o.account === account);
    expect(others.map(([other]) => other)).toEqual([]);
  }
});

test('what test agents say to each other stays among them: no other user may say or hear it, and it passes into no other account', () => {
  const users = readBusUsers();
  const named = (name: string) => [...(users[name]?.publish ?? []), ...(users[name]?.subscribe ?? [])].filter((subject) => subject.startsWith('awo.share'));
  expect(Object.keys(users).filter((name) => named(name).length > 0)).toEqual(['test']);
  // Spelled out: an answer to another agent is no answer in the place of toolgate or of a stream.
  expect(new Set(named('test'))).toEqual(new Set(['awo.share.offer', 'awo.share.lead.*', 'awo.share.answer.*']));
  expect(users['test']?.publish.filter((subject) => /^_(INBOX|R)_/.test(subject))).toEqual([]);
  const keys = Object.fromEntries(Object.keys(users).map((name) => [name, `U${name}`]));
  expect(renderAccounts(users, keys).match(/service: [^}]*awo\.share[^}]*/g)).toBeNull();
});
