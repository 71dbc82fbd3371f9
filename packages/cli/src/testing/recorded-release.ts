// The log of a release of `cart` that a canary caught: one cart in twenty fails on the new revision. For tests.
import type { Event, PlanStep, Verdict } from '@awo/contracts';
import { called, decided, planStep, recorder } from './recorder.ts';
import type { Recorded } from './recorder.ts';

const OLD = '3f2a1bc'.padEnd(40, '0');
export const NEW = '9ad01f2'.padEnd(40, '0');
const change = { service: 'cart', base: OLD, head: NEW };
const environment = 'production';

const FIRST_PLAN: PlanStep[] = [
  planStep({ id: 'plan', kind: 'plan', role: 'planner', needs: [], because: 'every goal begins with exact terms' }),
  planStep({
    id: 'impact',
    kind: 'assess-impact',
    role: 'impact',
    needs: ['plan'],
    because: 'what is tested and how it is released follows from what it touches',
  }),
  planStep({ id: 'refine', kind: 'refine-plan', role: 'planner', needs: ['impact'], because: 'the scope is known only then' }),
  planStep({ id: 'tests', kind: 'run-tests', role: 'test', needs: ['refine'], because: 'unproven code stops here', input: { suites: ['cart', 'web'] } }),
  planStep({ id: 'health', kind: 'judge-health', role: 'monitor', needs: ['refine'], because: 'nothing is released into a fire' }),
  planStep({ id: 'strategy', kind: 'choose-strategy', role: 'deploy', needs: ['tests', 'health'], because: 'risk and traffic decide' }),
  planStep({ id: 'conclude', kind: 'conclude', role: 'planner', needs: ['*'], when: 'always', because: 'every goal ends with a report' }),
];

const ROLLOUT: PlanStep[] = [
  planStep({
    id: 'start-cart',
    kind: 'start-revision',
    role: 'deploy',
    needs: ['strategy'],
    because: 'the new one beside the old one',
    input: { environment, change },
  }),
  planStep({
    id: 'shift-cart-5',
    kind: 'shift-traffic',
    role: 'deploy',
    needs: ['start-cart'],
    because: 'first step of the canary',
    input: { environment, change, weight: 5 },
  }),
  planStep({
    id: 'watch-cart-5',
    kind: 'watch-rollout',
    role: 'monitor',
    needs: ['shift-cart-5'],
    because: 'new against old',
    input: { environment, change, weight: 5, concurrent: true, expectedRps: 40 },
  }),
  planStep({ id: 'promote-cart', kind: 'promote', role: 'deploy', needs: ['watch-cart-5'], because: 'all traffic', input: { environment, change } }),
  planStep({
    id: 'undo',
    kind: 'undo',
    role: 'deploy',
    needs: ['start-cart', 'shift-cart-5', 'watch-cart-5', 'promote-cart'],
    when: 'failed',
    because: 'the way back',
    input: { environment, changes: [change] },
  }),
  planStep({
    id: 'diagnose',
    kind: 'diagnose',
    role: 'diagnosis',
    needs: ['watch-cart-5', 'undo'],
    when: 'failed',
    because: 'why it failed',
    input: { environment, changes: [change] },
  }),
];

const figures = (oldRequests: number, newRequests: number, newErrors: number) => ({
  weight: 5,
  oldRequests,
  oldErrors: 1,
  oldP95Ms: 21,
  newRequests,
  newErrors,
  newP95Ms: 22.4,
});
const HOLD: Verdict = { kind: 'watch-rollout', because: 'too-few-requests', choice: 'hold at 5%' };

/** `holds`: how often the monitor looks before it has seen enough. `until`: leave out what comes after. */
export function recordedRelease({ holds = 7, until = 'end' as 'end' | 'watching', goal = 'g7k2m9q4xw0' } = {}): Recorded[] {
  const { log, now, after, write } = recorder(goal, '2026-05-04T10:00:00.000Z');
  const passed = (step: string, took: number, output: Record<string, unknown> = {}): Event => {
    const startedAt = new Date(Date.parse(now()) - took).toISOString();
    return { type: 'step.passed', step, startedAt, output, evidence: [] };
  };
  const spec = { kind: 'release', repo: '/srv/shop', revision: NEW, service: 'cart', environment, strategy: 'auto' } as const;
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  write('planner', [{ type: 'goal.accepted', goal, spec, source: 'cli', traceparent, plan: FIRST_PLAN }]);

  const began = now();
  after(120);
  write('planner', [
    called('plan', 'vcs.resolve', 'mcp-git', began, 40),
    decided('plan', {
      kind: 'plan',
      because: 'goal-understood',
      choice: 'release cart 9ad01f2 over 3f2a1bc',
      figures: { targets: ['cart'] },
      alternatives: [{ kind: 'wait', rejectedBecause: 'no other release of cart is under way' }],
      checks: [{ name: 'revision-known', passed: true, detail: '9ad01f2 is in /srv/shop' }],
    }),
    passed('plan', 120),
  ]);
  after(400);
  write('impact', [
    decided('impact', { kind: 'assess-impact', because: 'code-reaches-units', choice: 'cart directly; risk medium', figures: { filesChanged: 2 } }),
    passed('impact', 400),
  ]);
  after(30);
  write('planner', [
    {
      type: 'plan.changed',
      version: 2,
      steps: [],
      remove: [],
      changes: [
        { change: 'changed', step: 'tests', because: 'cart and web only: catalog is not reached' },
        { change: 'kept', step: 'health', because: 'as before' },
      ],
    },
    decided('refine', { kind: 'refine-plan', because: 'scope-known', choice: 'two of five suites' }),
    passed('refine', 30),
  ]);
  after(900);
  write('monitor', [decided('health', { kind: 'judge-health', because: 'healthy', choice: 'production is healthy' }), passed('health', 900)]);
  after(2100);
  write('test', [decided('tests', { kind: 'judge-tests', because: 'all-passed', choice: '41 tests passed in 2 suites' }), passed('tests', 3000)]);
  after(60);
  write('deploy', [
    decided('strategy', {
      kind: 'choose-strategy',
      because: 'risk-needs-canary',
      choice: 'canary with 5%',
      alternatives: [
        { kind: 'full', rejectedBecause: 'a fault would reach every customer: 40 requests/s against a budget of 0.1%' },
        { kind: 'blue-green', rejectedBecause: 'no smaller first exposure than full' },
      ],
    }),
    { type: 'plan.changed', version: 3, steps: ROLLOUT, remove: [], changes: ROLLOUT.map((s) => ({ change: 'added', step: s.id, because: s.because })) },
    passed('strategy', 60),
  ]);
  const starting = now();
  after(1500);
  write('deploy', [
    decided('start-cart', { kind: 'start-revision', because: 'healthy-at-start', choice: 'cart 9ad01f2 answers on its health path' }),
    called('start-cart', 'rollout.start', 'mcp-local', starting, 1400),
    passed('start-cart', 1500),
  ]);
  after(80);
  write('deploy', [decided('shift-cart-5', { kind: 'shift-traffic', because: 'next-step', choice: '5% to 9ad01f2' }), passed('shift-cart-5', 80)]);
  for (let look = 1; look <= holds; look++) {
    const looked = now();
    after(1000);
    write('monitor', [
      called('watch-cart-5', 'observe.traffic', 'mcp-metrics', looked, 12),
      decided('watch-cart-5', { ...HOLD, figures: figures(look * 200, look * 11, Math.floor(look / 2)) }),
      { type: 'step.waited', step: 'watch-cart-5', until: now(), because: 'too-few-requests', memo: {} },
    ]);
  }
  if (until === 'watching') return log;
  after(1000);
  write('monitor', [
    decided('watch-cart-5', {
      kind: 'watch-rollout',
      because: 'error-rate-worse',
      choice: 'roll back: errors on the new one are 5.1% against 0.06%',
      figures: figures(1604, 118, 6),
      alternatives: [{ kind: 'hold', rejectedBecause: 'the sequential test has reached its bound' }],
      checks: [{ name: 'errors-no-worse', passed: false, detail: 'p 0.0004 is below 0.01' }],
    }),
    { type: 'step.failed', step: 'watch-cart-5', startedAt: now(), code: 'unhealthy', message: 'error-rate-worse', output: {}, evidence: [] },
  ]);
  after(220);
  write('deploy', [decided('undo', { kind: 'undo', because: 'rollout-failed', choice: 'all traffic back to 3f2a1bc' }), passed('undo', 220)]);
  after(340);
  write('diagnosis', [
    decided('diagnose', { kind: 'diagnose', because: 'cause-found', choice: 'commit 9ad01f2, cart/src/add.ts', by: 'rules' } as Verdict),
    passed('diagnose', 340),
  ]);
  after(20);
  write('planner', [
    decided('conclude', { kind: 'conclude', because: 'rolled-back', choice: 'production runs 3f2a1bc again' }),
    { type: 'goal.ended', outcome: 'rolled-back', because: 'The new cart failed 6 of 118 requests; production runs 3f2a1bc again.' },
  ]);
  return log;
}
