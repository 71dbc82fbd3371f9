// What a diagnosis collects, and that a silent source is said rather than hidden.
import type { StepContext } from '@awo/agent';
import { LATENCY_BOUNDS_MS, RetryableError, TerminalError, type Capability, type StepKind, type StepState } from '@awo/contracts';
import { describe, expect, it } from 'vitest';
import { reportDiagnosis } from './act.ts';
import { decideDiagnosis } from './decide.ts';
import { gatherEvidence } from './gather.ts';

const BASE = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);
const AT = '2026-01-01T12:00:00.000Z';
const change = { service: 'cart', base: BASE, head: HEAD };

const step = (kind: StepKind, id: string, extra: Partial<StepState> = {}): StepState => ({
  id,
  kind,
  role: 'diagnosis',
  needs: [],
  when: 'passed',
  input: {},
  because: 'a test',
  status: 'passed',
  ...extra,
});
const comparison = {
  old: { requests: 720, errors: 0, p95Ms: 9 },
  new: { requests: 80, errors: 5, p95Ms: 9, customersWithErrors: 4, restarts: 0, memoryBytes: 1 },
};
const own = step('diagnose', 'diagnose', { status: 'dispatched', when: 'failed', input: { environment: 'production', changes: [change] } });
const steps = [
  step('plan', 'plan', { output: { repo: '/repo', head: HEAD, subject: 'x', base: BASE, environment: 'production', targets: [change] } }),
  step('judge-health', 'judge-health', { output: { healthy: true, services: [{ service: 'cart', rps: 80, errorRatio: 0 }] } }),
  step('shift-traffic', 'shift-cart-10', { input: { environment: 'production', change, weight: 10 }, startedAt: AT }),
  step('watch-rollout', 'watch-cart-10', {
    status: 'failed',
    code: 'error-rate-worse',
    message: '5 of 80 failed',
    startedAt: AT,
    settledAt: '2026-01-01T12:00:10.000Z',
    input: { environment: 'production', change, weight: 10, concurrent: true, expectedRps: 80 },
    output: { because: 'error-rate-worse', elapsedMs: 10_000, comparison, past: { requests: 900, errors: 0, p95Ms: 9 } },
  }),
  step('undo', 'undo', { status: 'passed' }),
];

const counters = (revision: string, errors: number) => ({
  revision,
  weight: 0,
  requests: 100,
  errors,
  latency: LATENCY_BOUNDS_MS.map(() => 0),
  customersWithErrors: errors,
  firstErrorAt: errors > 0 ? '2026-01-01T12:00:01.000Z' : null,
  samples: [],
});

const usual: Record<string, (args: { service?: string }) => unknown> = {
  'evidence.collect': () => ({
    at: Date.parse('2026-01-01T12:00:12.000Z'),
    topology: { nodes: ['cart', 'catalog'].map((id) => ({ id, kind: 'service' })), edges: [{ from: 'cart', to: 'catalog', kind: 'calls' }] },
    tracks: ['cart', 'catalog'].map((entity) => ({ entity, metric: 'up', t: [Date.parse(AT)], v: [1] })),
    logs: [],
    changes: [{ entity: 'cart', t: Date.parse(AT), kind: 'release', what: `revision ${HEAD.slice(0, 12)}`, revision: HEAD }],
  }),
  'observe.traffic': ({ service: s }) => ({ at: AT, revisions: s === 'cart' ? [counters(BASE, 0), counters(HEAD, 5)] : [counters('d'.repeat(40), 0)] }),
  'observe.processes': () => ({ at: AT, revisions: [], machine: { load1: 0.5, cores: 2, memoryFreeBytes: 1e9 } }),
  'observe.logs': () => ({ lines: ['Error: boom', '    at add (/w/cart/src/cart.ts:3:1)'] }),
  'vcs.commits': () => ({ commits: [{ sha: HEAD, subject: 'Faster totals', author: 'a', at: AT, files: ['cart/src/cart.ts'] }] }),
};

function context(answers: typeof usual): StepContext & { written: string[] } {
  const written: string[] = [];
  const ask = async (capability: Capability, args: unknown) =>
    capability.output.parse(answers[capability.name]?.(capability.input.parse(args) as { service?: string }));
  const fields = {
    written,
    goal: 'g0000000000',
    state: {
      id: 'g0000000000',
      spec: { kind: 'release' as const, revision: 'HEAD', environment: 'production', strategy: 'auto' as const },
      source: 'test',
      acceptedAt: AT,
      planVersion: 1,
      steps: [...steps, own],
    },
    step: own,
    fence: 1,
    memo: undefined,
    looks: 0,
    now: () => new Date(AT),
    signal: new AbortController().signal,
    call: ask as StepContext['call'],
    callExternal: async () => ({}),
    putEvidence: async (content: string | Uint8Array | object) => {
      written.push(String(content));
      return `sha256:${'0'.repeat(64)}`;
    },
  };
  return fields;
}

describe('the evidence', () => {
  it('comes from the steps, both revisions, the log, the commits and the neighbours', async () => {
    const facts = await gatherEvidence(context(usual));
    expect(facts).toMatchObject({
      failed: [{ step: 'watch-cart-10', service: 'cart', code: 'error-rate-worse' }],
      watched: [{ service: 'cart', passed: false, comparison: { new: { errors: 5 } }, past: { p95Ms: 9 } }],
      changed: [{ trafficSince: AT, fresh: { errors: 5 }, old: { errors: 0 }, commits: [{ subject: 'Faster totals' }] }],
      missing: [],
    });
    expect(facts.bundle).toMatchObject({
      incident: { entity: 'cart', window: [Date.parse(AT) - 1000, Date.parse('2026-01-01T12:00:11.000Z')] },
      comparisons: [
        { entity: 'cart', control: 'cart@aaaaaaa', metric: 'error_ratio', fresh: { value: 5 / 80, n: 80 }, old: { value: 0, n: 720 }, worse: true },
        { metric: 'latency_p95_ms' },
      ],
      changes: [{ entity: 'cart', kind: 'commit', revision: 'bbbbbbb', files: ['cart/src/cart.ts'] }],
    });
    expect(facts.bundle.logs.map((line) => line.message)).toEqual(['Error: boom', '    at add (/w/cart/src/cart.ts:3:1)']);
  });

  it('takes what is measured of a service whose new one had a part of its traffic for the old one', async () => {
    const { bundle } = await gatherEvidence(context(usual));
    expect(bundle.tracks.map((track) => track.entity)).toEqual(['catalog', 'traffic of cart', 'machine']);
  });

  it('ends in a diagnosis with a page as evidence', async () => {
    const ctx = context(usual);
    const facts = await gatherEvidence(ctx);
    const decision = decideDiagnosis(facts);
    const result = await reportDiagnosis(ctx, decision, facts);
    expect(decision.because).toBe('cause-found');
    expect(result).toMatchObject({
      kind: 'passed',
      output: { verdict: 'found', commits: [{ sha: HEAD }] },
      evidence: Array(3).fill(expect.stringMatching(/^sha256:/)),
    });
    expect(ctx.written[0]).toContain('cart/src/cart.ts');
  });

  it('goes on where nothing of the environment was recorded, and says so', async () => {
    const gone = {
      ...usual,
      'evidence.collect': () => {
        throw new TerminalError('unknown-environment', 'No environment.');
      },
    };
    const facts = await gatherEvidence(context(gone));
    expect(facts.missing).toEqual(['evidence.collect: No environment.']);
    expect(decideDiagnosis(facts).because).toBe('cause-found');
  });

  it('goes on without a log that is gone, and says so', async () => {
    const gone = {
      ...usual,
      'observe.logs': () => {
        throw new TerminalError('tool-failed', 'No log.');
      },
    };
    expect((await gatherEvidence(context(gone))).missing).toEqual(['observe.logs of cart bbbbbbb: No log.']);
  });

  it('is tried again when a server is only away for the moment', async () => {
    const away = {
      ...usual,
      'observe.traffic': () => {
        throw new RetryableError('tool-unavailable', 'No server.');
      },
    };
    await expect(gatherEvidence(context(away))).rejects.toThrow('No server.');
  });
});
