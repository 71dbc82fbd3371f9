// What a watch reads, and what it keeps between looks and between steps.
import { observedMetric, TerminalError } from '@awo/contracts';
import { describe, expect, it } from 'vitest';
import { BASE, HEAD, NOW, planStep, repoModel, scriptedContext, step } from '../scripted-context.ts';
import { reportWatch } from './act.ts';
import { packSeries } from './carry.ts';
import { decideWatch } from './decide.ts';
import type { Stretch } from './facts.ts';
import { gatherWatch } from './gather.ts';
import { nextLookMs } from './levels.ts';
import { emptyCounters } from './simulated-rollout.ts';

const input = (weight: number, service = 'cart') => ({
  environment: 'production',
  change: { service, base: BASE, head: HEAD },
  weight,
  concurrent: true,
  expectedRps: 80,
});
const answers = {
  'vcs.describe': repoModel({ watchDeadlineMs: 60_000 }),
  'observe.traffic': { at: NOW.toISOString(), revisions: [{ ...emptyCounters(BASE), requests: 500 }, emptyCounters(HEAD), emptyCounters('c'.repeat(40))] },
  'observe.processes': {
    at: NOW.toISOString(),
    revisions: [BASE, HEAD].map((revision) => ({ revision, state: 'ready', memoryBytes: 1, cpuSeconds: 1, openFiles: 1, restarts: 0, uptimeMs: 1 })),
    machine: { load1: 0.1, cores: 2, memoryFreeBytes: 1 },
  },
};
const own = step('watch-rollout', 'watch-cart-40', { input: input(40), status: 'dispatched', startedAt: '2026-01-01T11:59:58.000Z' });

describe('the facts of a watch', () => {
  it('are the two revisions of this release, the policy of the new one and the time since the step began', async () => {
    const other = step('watch-rollout', 'watch-web-10', { input: input(10, 'web'), status: 'waiting' });
    const facts = await gatherWatch(scriptedContext(own, [planStep, other], answers));
    expect(facts.traffic.revisions.map((r) => r.revision)).toEqual([BASE, HEAD]);
    expect(facts).toMatchObject({ elapsedMs: 2000, servicesWatched: 2, policy: { watchDeadlineMs: 60_000 }, memo: { looks: 1, series: { stretches: [] } } });
  });

  it('count what the control has served among the requests of the old one, and by itself', async () => {
    const control = { ...emptyCounters(BASE), weight: 10, requests: 40, errors: 2 };
    const { revision, ...process } = { revision: BASE, state: 'ready', memoryBytes: 5, cpuSeconds: 1, openFiles: 1, restarts: 0, uptimeMs: 1 };
    const facts = await gatherWatch(
      scriptedContext(own, [planStep], {
        ...answers,
        'observe.traffic': { ...answers['observe.traffic'], control },
        'observe.processes': { ...answers['observe.processes'], control: { revision, ...process } },
      }),
    );
    expect(facts.traffic.revisions[0]).toMatchObject({ revision: BASE, requests: 540, errors: 2, weight: 10 });
    expect(facts.control).toEqual({ traffic: control, memoryBytes: 5 });
    expect(facts.memo.last.control).toMatchObject({ requests: 40, errors: 2 });
  });

  it('hold what the step before has seen, so that errors of two steps add up', async () => {
    const first = decideWatch(await gatherWatch(scriptedContext(own, [planStep], answers)));
    const seen = [4, [90, 1], [10, 1]] satisfies Stretch;
    const carry = packSeries({ ...first.memo.series, stretches: [seen] });
    const earlier = step('watch-rollout', 'watch-cart-10', { input: input(10), output: { carry } });
    const facts = await gatherWatch(scriptedContext(own, [planStep, earlier], answers));
    expect(facts.memo.series.stretches).toEqual([seen]);
    expect(facts.rows.canary.filter((r) => r.metric === 'errors')).toMatchObject([{ t: 4, value: 0.1, n: 10 }]);
  });

  it('do not ask for the policy again at the second look', async () => {
    const first = await gatherWatch(scriptedContext(own, [planStep], answers));
    const result = await reportWatch(scriptedContext(own, [], {}), decideWatch(first), first);
    if (result.kind !== 'wait') throw new Error(`expected a second look, got ${result.kind}`);
    const again = scriptedContext(own, [planStep], answers, { memo: JSON.parse(JSON.stringify(result.memo)) as Record<string, unknown>, looks: 1 });
    const second = await gatherWatch(again);
    expect(again.asked).not.toContain('vcs.describe');
    expect(second.memo.looks).toBe(2);
    expect(JSON.stringify(result.memo).length).toBeLessThan(8000);
  });

  it('ask each metric of awo.yaml where it is: what the service reports itself, for both revisions', async () => {
    const metric = observedMetric('refused', { metric: 'payments', where: { outcome: 'refused' }, of: 'payments' });
    const value = { at: NOW.toISOString(), value: 3, of: 40, trouble: null, detail: '' };
    const told = { ...answers, 'vcs.describe': repoModel({ observe: [metric] }), 'observe.otlp': value };
    const context = scriptedContext(own, [planStep], told);
    const facts = await gatherWatch(context);
    expect(context.asked.filter((name) => name === 'observe.otlp')).toHaveLength(2);
    expect(facts.memo.series.observed?.['refused']).toMatchObject({
      kind: 'rate',
      last: { fresh: { value: 3, of: 40 }, old: { value: 3, of: 40 } },
      trouble: null,
    });
  });

  it('tell of a shift of its traffic that is under way, and not of the next one, which waits for this watch', async () => {
    const shift = (extra: object) => step('shift-traffic', 'shift', { role: 'deploy', input: { ...input(10), weight: 10 }, status: 'waiting', ...extra });
    const told = async (extra: object) => (await gatherWatch(scriptedContext(own, [planStep, shift(extra)], answers))).isShifting;
    expect(await told({})).toBe(true);
    expect(await told({ status: 'dispatched' })).toBe(true);
    expect(await told({ needs: [own.id] })).toBeUndefined();
    expect(await told({ status: 'passed' })).toBeUndefined();
    expect(await told({ input: { ...input(10, 'web'), weight: 10 } })).toBeUndefined();
  });

  describe('where all traffic is switched and the plan knows of no rate, as after a rollback', () => {
    const switched = (expectedRps: number | null = null) => ({ ...own, input: { ...input(100), concurrent: false, expectedRps } });
    const past = { at: NOW.toISOString(), minutes: Array.from({ length: 60 }, () => [1200, 0]), hours: [] };

    it('say what is usual, so that silence does not pass, and ask for it once', async () => {
      const first = await gatherWatch(scriptedContext(switched(), [planStep], { ...answers, 'observe.past': past }));
      expect(first).toMatchObject({ input: { expectedRps: 20 }, requestsExpected: 1200 });
      const memo = JSON.parse(JSON.stringify(first.memo)) as Record<string, unknown>;
      const again = scriptedContext(switched(), [planStep], answers, { memo, looks: 1 });
      expect(await gatherWatch(again)).toMatchObject({ input: { expectedRps: 20 }, requestsExpected: 1200 });
      expect(again.asked).not.toContain('observe.past');
    });

    it('say that nobody knows where the tools of an environment keep no past', async () => {
      const none = () => {
        throw new TerminalError('unknown-capability', 'No server has observe.past.');
      };
      const facts = await gatherWatch(scriptedContext(switched(), [planStep], { ...answers, 'observe.past': none }));
      expect(facts).toMatchObject({ input: { expectedRps: null }, requestsExpected: 0 });
    });

    it('are what the plan says where it does, and what older versions kept where they asked nobody', async () => {
      const planned = scriptedContext(switched(80), [planStep], answers);
      const first = await gatherWatch(planned);
      expect(first.input.expectedRps).toBe(80);
      const { expectedRps: _, ...older } = first.memo;
      const facts = await gatherWatch(scriptedContext(switched(), [planStep], answers, { memo: JSON.parse(JSON.stringify(older)) as Record<string, unknown> }));
      expect(facts.input.expectedRps).toBeNull();
    });
  });

  it('need the plan, because the policy comes from its repository', async () => {
    await expect(gatherWatch(scriptedContext(own, [], answers))).rejects.toThrow('no step "plan"');
  });
});

describe('the end of a look', () => {
  it('is a timer of one second at first, five in the end, and never beyond the deadline', async () => {
    expect([nextLookMs(1), nextLookMs(8), nextLookMs(40)]).toEqual([1000, 1000, 5000]);
    const facts = await gatherWatch(scriptedContext(own, [planStep], answers));
    const late = { ...facts, elapsedMs: 59_600 };
    expect(await reportWatch(scriptedContext(own, [], {}), decideWatch(late), late)).toMatchObject({ kind: 'wait', afterMs: 400 });
  });

  it('goes with a shift of the traffic where that goes down on suspicion: a step of the deploy agent, handed over at once, held or not', async () => {
    const facts = await gatherWatch(scriptedContext(own, [planStep], answers));
    const decided = decideWatch(facts);
    const down = { ...decided, shiftTo: 10, memo: { ...decided.memo, lowered: 'now' as const } };
    const result = await reportWatch(scriptedContext(own, [], {}), down, facts);
    if (result.kind !== 'wait') throw new Error(`expected a further look, got ${result.kind}`);
    const { change, environment } = facts.input;
    const shift = { id: 'watch-cart-40-down', role: 'deploy', kind: 'shift-traffic', needs: [], when: 'always', input: { environment, change, weight: 10 } };
    expect(result.plan).toMatchObject({ add: [shift], remove: [], changes: [{ step: 'watch-cart-40-down' }] });
    expect(await reportWatch(scriptedContext(own, [], {}), { ...decided, shiftTo: null }, facts)).not.toHaveProperty('plan');
  });

  it('leaves evidence to the next step only where there is one, and little of it, since it stays in every commit', async () => {
    const facts = await gatherWatch(scriptedContext(own, [planStep], answers));
    const passed = { ...decideWatch(facts), verdict: 'passed' as const };
    const next = step('watch-rollout', 'watch-cart-50', { input: input(50), status: 'waiting' });
    const withNext = await reportWatch(scriptedContext(own, [next], {}), passed, facts);
    if (withNext.kind !== 'passed') throw new Error('expected it to pass');
    expect(JSON.stringify(withNext.output).length).toBeLessThan(2500);
    expect(withNext.output).toHaveProperty('carry.stretches', []);
    const last = await reportWatch(scriptedContext(own, [], {}), passed, facts);
    expect(last.kind === 'passed' && 'carry' in last.output).toBe(false);
  });

  it('hands a failure its reason as code and both sides as numbers', async () => {
    const facts = await gatherWatch(scriptedContext(own, [planStep], answers));
    const late = { ...facts, elapsedMs: 60_000 };
    const result = await reportWatch(scriptedContext(own, [], {}), decideWatch(late), late);
    expect(result).toMatchObject({
      kind: 'failed',
      code: 'deadline-without-evidence',
      output: { service: 'cart', weight: 40, comparison: { new: { requests: 0 } } },
    });
  });
});
