// A gate lets pass only on a clear yes.
import { RetryableError, TerminalError } from '@awo/contracts';
import { describe, expect, it } from 'vitest';
import { BASE, HEAD, planStep, repoModel, scriptedContext, step } from '../scripted-context.ts';
import { reportGate } from './act.ts';
import { decideGate } from './decide.ts';
import { askGate } from './gather.ts';
import { fillPlaceholders } from './placeholders.ts';

const own = step('check-gate', 'gate-cart-sum', { input: { environment: 'production', change: { service: 'cart', base: BASE, head: HEAD }, gate: 0 } });

async function run(pass: string, answer: unknown, looks = 0) {
  const gate = { name: 'sum', tool: 'everything/get-sum', arguments: { a: 2, note: '${service} ${head} in ${environment} at ${address}' }, pass };
  const answers = {
    'vcs.describe': repoModel({ gates: [gate] }),
    'rollout.status': {
      services: [{ environment: 'production', name: 'cart', repo: '/repo', address: 'http://127.0.0.1:41', revisions: [], previous: null, sideBySide: true }],
    },
    'x.everything.get-sum': answer,
  };
  const ctx = scriptedContext(own, [planStep], answers, { looks });
  const facts = await askGate(ctx);
  const decision = decideGate(facts);
  return { facts, decision, result: await reportGate(ctx, decision, facts) };
}

const fails = (error: Error) => () => {
  throw error;
};

describe('a gate', () => {
  for (const [because, kind, when, pass, answer] of [
    ['gate-passed', 'passed', 'the expression is true', 'result.sum == 5', { sum: 5 }],
    [
      'gate-passed',
      'passed',
      'it may speak of the change and the environment too',
      'change.service == "cart" && environment == "production" && result.ok',
      { ok: true },
    ],
    ['gate-passed', 'passed', 'the text of an MCP answer says so', 'result.content[0].text.contains("5")', { content: [{ type: 'text', text: '2 + 3 = 5' }] }],
    ['gate-failed', 'failed', 'the expression is false', 'result.sum == 5', { sum: 6 }],
    ['gate-unanswered', 'failed', 'the answer lacks what the expression needs', 'result.sum == 5', {}],
    ['gate-unanswered', 'failed', 'the expression is no truth value', 'result.sum', { sum: 5 }],
    ['gate-unanswered', 'failed', 'the expression cannot be read', 'result.sum ==', { sum: 5 }],
    ['gate-unanswered', 'failed', 'the expression names something unknown', 'weather.good', { sum: 5 }],
    ['gate-unanswered', 'failed', 'the tool refuses', 'true', fails(new TerminalError('tool-failed', 'No such tool.'))],
    ['gate-unanswered', 'wait', 'the tool is not available for the moment', 'true', fails(new RetryableError('tool-unavailable', 'No server.'))],
  ] as const) {
    it(`is ${because} (${kind}) when ${when}`, async () => {
      const { decision, result } = await run(pass, answer);
      expect([decision.because, result.kind]).toEqual([because, kind]);
    });
  }

  it('gives up after the third attempt, and does not pass', async () => {
    const { result } = await run('true', fails(new RetryableError('tool-unavailable', 'No server.')), 2);
    expect(result).toMatchObject({ kind: 'failed', code: 'gate-unanswered' });
  });

  it('hands a fault of our own up instead of taking it for an answer', async () => {
    await expect(run('true', fails(new Error('a bug')))).rejects.toThrow('a bug');
  });

  it('fills its arguments with what is released', async () => {
    expect((await run('true', {})).facts.arguments).toEqual({ a: 2, note: `cart ${HEAD} in production at http://127.0.0.1:41` });
  });
});

describe('placeholders', () => {
  it('are filled at any depth, and what a value holds is not filled again', () => {
    expect(fillPlaceholders({ a: [{ b: 'x ${head}' }], n: 1 }, { head: '${base}', base: 'no' })).toEqual({ a: [{ b: 'x ${base}' }], n: 1 });
  });

  it('that do not exist are refused with those that do', () => {
    expect(() => fillPlaceholders('${haed}', { head: 'x' })).toThrow(/haed.*Known: \$\{head\}/);
  });
});
