// One row per reason, and the two looks in a row.
import { describe, expect, it } from 'vitest';
import { BASE, HEAD, NOW, planStep, repoModel, scriptedContext, step } from '../scripted-context.ts';
import { reportHealth } from './act.ts';
import { decideHealth } from './decide.ts';
import type { HealthFacts } from './facts.ts';
import { gatherHealth } from './gather.ts';

const tally = (requests: number, errors: number) => ({ requests, errors, latency: [] });
const facts = (requests: number, errors: number, extra: Partial<HealthFacts> = {}, state = 'ready'): HealthFacts => ({
  environment: 'production',
  changes: [{ service: 'cart', base: BASE, head: HEAD }],
  services: [
    {
      service: 'cart',
      base: BASE,
      address: 'http://127.0.0.1:1',
      counted: { [BASE]: tally(1000 + requests, 10 + errors) },
      atMs: 1000,
      processes: [{ revision: BASE, state, memoryBytes: 1, cpuSeconds: 1, openFiles: 1, restarts: 2, uptimeMs: 1 }],
    },
  ],
  errorBudgetRatio: 0.001,
  askedDirect: false,
  memo: { v: 1, services: [{ service: 'cart', counted: { [BASE]: tally(1000, 10) }, atMs: 0 }] },
  ...extra,
});

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

describe('the health of an environment', () => {
  for (const [because, passes, when, given] of [
    ['environment-empty', true, 'nothing runs yet', facts(0, 0, { changes: [{ service: 'cart', base: null, head: HEAD }], services: [] })],
    ['first-look', true, 'counters were read only once', facts(0, 0, { memo: null })],
    ['healthy', true, '80 requests came and none failed', facts(80, 0)],
    ['healthy', true, 'one of 80 failed, which may be chance', facts(80, 1)],
    ['no-data', true, 'nobody asks for anything: there is nothing to object to', facts(0, 0)],
    ['unhealthy-before-start', false, '8 of 80 requests fail before anything was changed', facts(80, 8)],
    ['unhealthy-before-start', false, 'the running one is down', facts(0, 0, {}, 'crashed')],
    ['unhealthy-held', false, '8 of 80 fail and there is time for it to pass', facts(80, 8, { at: at(0), holdDeadlineMs: 60_000 })],
    ['unhealthy-before-start', true, 'it is broken and a direct release was asked for: it may be the repair', facts(80, 8, { askedDirect: true })],
  ] as const) {
    it(`is ${because} (${passes ? 'goes on' : 'stops'}) when ${when}`, () => {
      expect(decideHealth(given)).toMatchObject({ because, passes });
    });
  }

  it('does not blame the change, and names the way out', () => {
    const choice = decideHealth(facts(80, 8)).choice;
    expect(choice).toContain('The change did not cause this');
    expect(choice).toContain('--strategy full');
  });

  it('holds a release until trouble has passed or the deadline has, by looks that each count anew', () => {
    const first = decideHealth(facts(80, 8, { at: at(0), holdDeadlineMs: 60_000 }));
    expect(first).toMatchObject({ lookAgainMs: 5000, lookAgain: { heldSince: at(0), services: [{ counted: { [BASE]: tally(1080, 18) } }] } });
    const over = decideHealth(facts(480, 18, { at: at(5), holdDeadlineMs: 60_000, memo: first.lookAgain }));
    expect(over).toMatchObject({ because: 'unhealthy-held', lookAgain: { heldSince: at(0) } });
    const passed = decideHealth(facts(480, 8, { at: at(5), holdDeadlineMs: 60_000, memo: first.lookAgain }));
    expect(passed).toMatchObject({ because: 'healthy', passes: true, lookAgain: null });
    const given = decideHealth(facts(480, 18, { at: at(60), holdDeadlineMs: 60_000, memo: first.lookAgain }));
    expect(given).toMatchObject({ because: 'unhealthy-before-start', passes: false, lookAgain: null });
    expect(given.choice).toMatch(/did not cause this.*Given up after 60 s, with nothing touched/);
  });

  it('gives the traffic in requests per second, which the choice of a strategy needs', () => {
    expect(decideHealth(facts(80, 0)).services).toMatchObject([{ service: 'cart', rps: 80, seconds: 1, errorRatio: 0 }]);
  });
});

describe('two looks', () => {
  const own = step('judge-health', 'judge-health', { input: { environment: 'production', changes: [{ service: 'cart', base: BASE, head: HEAD }] } });
  const answers = (requests: number, at: Date) => ({
    'vcs.describe': repoModel(),
    'rollout.status': {
      services: [{ environment: 'production', name: 'cart', repo: '/repo', address: 'http://127.0.0.1:1', revisions: [], previous: null, sideBySide: true }],
    },
    'observe.traffic': {
      at: at.toISOString(),
      revisions: [{ revision: BASE, weight: 100, requests, errors: 0, latency: [], customersWithErrors: 0, firstErrorAt: null, samples: [] }],
    },
    'observe.processes': { at: at.toISOString(), revisions: [], machine: { load1: 0, cores: 2, memoryFreeBytes: 1 } },
  });

  it('a second apart give the rate', async () => {
    const one = scriptedContext(own, [planStep], answers(500, NOW));
    const first = await gatherHealth(one);
    const wait = await reportHealth(one, decideHealth(first));
    if (wait.kind !== 'wait') throw new Error(`expected a second look, got ${wait.kind}`);
    expect(wait.afterMs).toBe(1000);
    const two = scriptedContext(own, [planStep], answers(570, new Date(NOW.getTime() + 1000)), {
      memo: JSON.parse(JSON.stringify(wait.memo)) as Record<string, unknown>,
      looks: 1,
    });
    const result = await reportHealth(two, decideHealth(await gatherHealth(two)));
    expect(result).toMatchObject({ kind: 'passed', output: { healthy: true, services: [{ service: 'cart', rps: 70, errorRatio: 0 }] } });
  });

  it('are not needed where nothing runs, and nothing is asked of servers that know nothing of it', async () => {
    const empty = step('judge-health', 'judge-health', { input: { environment: 'production', changes: [{ service: 'cart', base: null, head: HEAD }] } });
    const ctx = scriptedContext(empty, [planStep], answers(0, NOW));
    expect(decideHealth(await gatherHealth(ctx)).because).toBe('environment-empty');
    expect(ctx.asked).toEqual(['vcs.describe']);
  });
});
