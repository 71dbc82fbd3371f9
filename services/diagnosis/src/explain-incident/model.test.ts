// A model that is asked about a real incident: what it says stands beside the verdict if every check passes, and a lie changes nothing but the reason that is told.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepContext } from '@awo/agent';
import type { EvidenceCollected } from '@awo/contracts';
import { HYPOTHESIS_LIES, scriptedModel, tellsTruth, temporaryFolder } from '@awo/testing';
import type { Said, ScriptedModel, Truth } from '@awo/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { reportCauses } from './act.ts';
import { askModelOf } from './ask-model.ts';
import { decideCauses } from './decide.ts';
import { type ExplainFacts, gatherCauses } from './gather.ts';

const REFUSED = 'connect ECONNREFUSED stock:5432, giving up';
const seconds = Array.from({ length: 100 }, (_, i) => i * 1000);
const slow = (entity: string, ms: number) => ({
  entity,
  metric: 'latency_p95_ms',
  t: seconds,
  v: seconds.map((t) => (t < 90_000 ? 20 + (t % 3000) / 1000 : ms)),
});
/** Two services that `web` calls became slow at once: by what is measured nothing parts them. */
const collected = (backMs = 900): EvidenceCollected => ({
  at: 100_000,
  topology: {
    nodes: ['web', 'cart', 'back'].map((id) => ({ id, kind: 'service' })),
    edges: ['cart', 'back'].map((to) => ({ from: 'web', to, kind: 'calls' })),
  },
  tracks: [slow('cart', 900), slow('back', backMs), slow('web', 900)],
  // Not in the order of time: they are read service by service.
  logs: [...[92_000, 95_000].map((t) => ({ entity: 'cart', t, message: REFUSED })), { entity: 'web', t: 50_000, message: 'of nobody in particular' }],
  changes: [],
});
const LOGS = ['[web] of nobody in particular', `[cart] ${REFUSED}`, `[cart] ${REFUSED}`].join('\n');
const DIGEST = `sha256:${createHash('sha256').update(LOGS).digest('hex')}`;
const TRUTH: Truth = { entity: 'cart', cause: 'slow-component', evidence: DIGEST.slice(0, 19), line: 2, quote: 'ECONNREFUSED stock:5432' };

const home = temporaryFolder('model');
let model: ScriptedModel;
let said: Said;
beforeAll(async () => {
  model = await scriptedModel(() => said);
  // An agent has loaded it long before its first incident.
  await import('@awo/model');
});
beforeEach(() => {
  said = tellsTruth(TRUTH);
  model.asked.length = 0;
});
afterAll(async () => {
  await model.close();
  home.remove();
});

const settings = (env: Record<string, string> = {}) => ({
  AWO_HOME: home.path,
  AWO_MODEL: 'scripted',
  AWO_MODEL_URL: model.url,
  AWO_MODEL_MS_PER_CALL: '1000',
  AWO_MODEL_TOKENS_PER_HOUR: '10000000',
  ...env,
});
type Asked = { env?: Record<string, string> | undefined; evidence?: EvidenceCollected; looks?: number };
const context = ({ evidence = collected(), looks = 5 }: Asked, stored: unknown[] = []): StepContext =>
  ({
    step: { input: { environment: 'production', service: 'web', symptom: 'slow' } },
    state: { steps: [{ kind: 'observe-incident', output: { since: 90_000 } }] },
    looks,
    now: () => new Date(),
    signal: new AbortController().signal,
    call: () => Promise.resolve(evidence),
    putEvidence: (content: unknown) => Promise.resolve(`sha256:${stored.push(content)}`),
  }) as unknown as StepContext;
const gather = (asked: Asked = {}) => gatherCauses(context(asked), askModelOf(asked.env ?? settings()));
const recorded = (facts: ExplainFacts) => JSON.parse(JSON.stringify(facts)) as ExplainFacts;

/** What was decided, without what is told of the model. */
function result(facts: ExplainFacts) {
  const { figures: { model: told, ...figures } = {}, reading: _reading, ...rest } = decideCauses(facts);
  return { told, rest: { ...rest, figures } };
}
const without = async () => result(await gather({ env: {} }));

test('what it reads stands beside the verdict with the evidence that says so, by digest, and moves nothing', async () => {
  const facts = await gather();
  const { told, rest } = result(facts);
  expect(told).toEqual([expect.stringMatching(`^scripted reads for slow-component on cart, ranked \\d: "ECONNREFUSED stock:5432" \\(line 2 of ${DIGEST}\\)$`)]);
  expect(rest).toEqual((await without()).rest);
  expect(rest.because).toBe('ambiguous');
  expect(facts.asked?.call).toMatchObject({ purpose: 'hypotheses', model: 'scripted', outcome: 'proposed', usage: { inputTokens: 100, outputTokens: 20 } });
});

test.each(HYPOTHESIS_LIES)('%s: the decision is the one without a model, and says why it had no help', async (_what, lie, because) => {
  said = lie(TRUTH);
  const { told, rest } = result(await gather());
  expect(told).toEqual([expect.stringMatching(because)]);
  expect(String(told)).toMatch(/^scripted was of no help \(/);
  expect(String(told)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(rest).toEqual((await without()).rest);
});

test('the decision comes out of the record again, and nobody is asked', async () => {
  for (const answer of [tellsTruth(TRUTH), tellsTruth({ ...TRUTH, line: 999 }), { status: 500 }]) {
    said = answer;
    const facts = await gather();
    const asked = model.asked.length;
    expect(decideCauses(recorded(facts))).toEqual(decideCauses(facts));
    expect(model.asked).toHaveLength(asked);
  }
});

test('a record that says more than the answer holds is not believed: the answer is judged again', async () => {
  const facts = await gather();
  const { asked } = facts;
  const bent = JSON.stringify({ hypotheses: [{ entity: 'back', cause: 'slow-component', cites: [TRUTH] }] });
  const { told, rest } = result({ ...facts, ...(asked?.call ? { asked: { ...asked, call: { ...asked.call, answer: bent } } } : {}) });
  expect(told).toEqual([expect.stringMatching(/of no help \(check-failed: line 2: is not of back/)]);
  expect(rest).toEqual((await without()).rest);
});

test('what the measurements find, and what is looked at again, needs no model: it is not asked, and no repair waits for it', async () => {
  expect(decideCauses(await gather({ evidence: collected(300) }))).toMatchObject({ because: 'cause-found' });
  expect(decideCauses(await gather({ looks: 0 }))).toMatchObject({ because: 'too-early' });
  expect(model.asked).toEqual([]);
});

test('however long the settings let a person wait, an incident waits three seconds', async () => {
  said = { hang: true };
  const { asked } = await gather({ env: settings({ AWO_MODEL_MS_PER_CALL: '60000' }) });
  expect(asked).toMatchObject({ outcome: expect.stringMatching(/^too-slow: no answer within 3000 ms|^too-slow: nothing within 4000 ms/) });
});

test.each<[what: string, env: Record<string, string>, because: RegExp]>([
  ['settings that cannot be used', { AWO_MODEL_TOKENS_PER_CALL: 'many' }, /bad-config: AWO_MODEL_TOKENS_PER_CALL=many cannot be used/],
  ['a server that is not there', { AWO_MODEL_URL: 'http://127.0.0.1:1/v1' }, /unreachable/],
  ['a budget that is used up', { AWO_MODEL_TOKENS_PER_HOUR: '60' }, /over-budget/],
  ['a place where no call can be recorded', { AWO_HOME: import.meta.filename }, /not-recordable/],
  ['no place to record at all', { AWO_HOME: '' }, /not-recordable/],
])('%s: told, and decided as without', async (_what, env, because) => {
  const { told, rest } = result(await gather({ env: settings(env) }));
  expect(told).toEqual([expect.stringMatching(because)]);
  expect(rest).toEqual((await without()).rest);
  expect(model.asked.length).toBeLessThanOrEqual(1);
});

test('without a model nothing is asked, recorded or said of one', async () => {
  const elsewhere = temporaryFolder('no-model');
  const facts = await gather({ env: { AWO_HOME: elsewhere.path } });
  expect(facts).not.toHaveProperty('asked');
  expect(decideCauses(facts).figures).not.toHaveProperty('model');
  expect(existsSync(join(elsewhere.path, 'models'))).toBe(false);
  elsewhere.remove();
});

test('what is cited is kept as evidence under the digest that the citation names, and each call counts for the budget of the installation', async () => {
  const facts = await gather();
  const stored: unknown[] = [];
  await reportCauses(context({}, stored), decideCauses(facts), facts);
  expect(stored).toContain(LOGS);
  expect(readFileSync(join(home.path, 'models', 'calls.jsonl'), 'utf8')).toContain(facts.asked?.call?.promptDigest);
});
