// Asking for an audit, on a real server with the permissions of the test agent.
import type { StepContext } from '@awo/agent';
import { parseIncoming } from '@awo/bus';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SuiteResult } from '@awo/contracts';
import type { TestFacts } from '../run-tests/facts.ts';
import { askForAudit } from './ask.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

const ctx = (goal: string): StepContext => {
  const planned = { repo: '/shop', head: 'b'.repeat(40), subject: 'x', base: 'a'.repeat(40), environment: null, targets: [] };
  return { goal, step: { id: 'run-tests' }, state: { steps: [{ kind: 'plan', status: 'passed', output: planned }] } } as unknown as StepContext;
};
const result = (suite: string, verdict: SuiteResult['verdict']): SuiteResult => ({
  suite,
  verdict,
  counts: { passed: 1, failed: 0, skipped: 0, flaky: 0 },
  failing: [],
  flaky: [],
  because: null,
  durationMs: 1,
  evidence: `sha256:${'0'.repeat(64)}`,
});
const facts = (more: Partial<TestFacts>): TestFacts => ({
  head: 'b'.repeat(40),
  order: [],
  unknown: [],
  results: [result('cart', 'passed')],
  parallel: 1,
  cores: 1,
  memoryFreeMb: 1,
  durationMs: 1,
  audit: { of: 'g1111111111', base: 'a'.repeat(40), probability: 0.5, seed: 'g1111111111', leftOut: ['web', 'lib'], drawn: ['web'] },
  ...more,
});

test('the audit is a goal that stands in the inbox, once for each selection, and only where what was selected has passed', async () => {
  const [agent, operator] = [await nats.as('test'), await nats.as('operator')];
  const heard: Uint8Array[] = [];
  const planner = await nats.as('planner');
  planner.nc.subscribe('awo.goals.*', { callback: (_error, message) => void heard.push(message.data) });
  await planner.nc.flush();
  const waiting = async () => (await operator.jsm.streams.info('INBOX')).state.messages;
  askForAudit(agent, ctx('g1111111111'), facts({ audit: null }));
  askForAudit(agent, ctx('g1111111111'), facts({ results: [result('cart', 'failed')] }));
  askForAudit(agent, ctx('g1111111111'), facts({}));
  askForAudit(agent, ctx('g1111111111'), facts({}));
  // What was widened failed, what was selected did not: that is what the audit is for.
  askForAudit(agent, ctx('g2222222222'), facts({ results: [result('cart', 'passed'), result('web', 'failed')], widened: ['web'] }));
  await waitFor(async () => ((await waiting()) >= 2 && heard.length >= 2 ? true : null), { what: 'two goals in the inbox' });
  expect(await waiting()).toBe(2);
  expect(parseIncoming('awo.goals.test', heard[0] ?? new Uint8Array(), undefined).spec).toMatchObject({
    kind: 'test',
    repo: '/shop',
    revision: 'b'.repeat(40),
    base: 'a'.repeat(40),
    audit: { of: 'g1111111111', leftOut: 2, probability: 0.5, suites: ['web'] },
  });
});
