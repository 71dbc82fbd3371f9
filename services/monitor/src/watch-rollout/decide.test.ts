// One row per reason: which facts lead to it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Because } from '@awo/contracts';
import type { WatchDecision } from './decide.ts';
import type { Reading } from './facts.ts';
import { counters, good, times, told, watch } from './looks.fixture.ts';
import { OLD } from './simulated-rollout.ts';

const switched = { weight: 100, concurrent: false };

const ada = { who: 'Ada', because: 'she looks into it' };
/** A caller that serves 60 requests a look: one of 200 fails before, and so many of a look from the third on. */
const caller =
  (bad: number) =>
  (look: number): Partial<Reading> => ({
    dependents: [{ service: 'web', revisions: [counters(OLD, { requests: 2000 + 60 * look, errors: 10 + bad * Math.max(0, look - 2) })] }],
  });
/** The same, answering every request in 10 ms, and in `ms` so many of a look from the third on. */
const callerWithin =
  (ms: number, slow: number) =>
  (look: number): Partial<Reading> => {
    const [usual, late] = [
      counters(OLD, { requests: 2000 + 60 * look - slow * Math.max(0, look - 2) }),
      counters(OLD, { requests: slow * Math.max(0, look - 2), ms }),
    ];
    return {
      dependents: [
        {
          service: 'web',
          revisions: [{ ...usual, requests: usual.requests + late.requests, latency: usual.latency.map((n, i) => n + (late.latency[i] ?? 0)) }],
        },
      ],
    };
  };
const soak = { ...switched, soakMs: 8000 };

const TABLE: { because: Because; verdict: WatchDecision['verdict']; when: string; decide: () => WatchDecision }[] = [
  { because: 'no-worse', verdict: 'passed', when: 'a rise is excluded by 100 requests without an error', decide: () => watch(times(8, good)) },
  {
    because: 'too-few-requests',
    verdict: 'hold',
    when: 'the new one has served fewer than the policy asks for',
    decide: () => watch(times(2, { ...good, fresh: { requests: 8 } })),
  },
  {
    because: 'not-yet-significant',
    verdict: 'hold',
    when: 'there are enough requests for the policy, not for the verdict',
    decide: () => watch(times(4, good)),
  },
  {
    because: 'not-yet-significant',
    verdict: 'hold',
    when: 'the rise is excluded but the process is just being restarted by hand',
    decide: () => watch([...times(7, good), { ...good, state: 'starting' }]),
  },
  { because: 'no-data', verdict: 'hold', when: 'the new one gets no request although it has weight', decide: () => watch(times(9, { old: { requests: 80 } })) },
  {
    because: 'deadline-without-evidence',
    verdict: 'failed',
    when: 'no request has come until the deadline',
    decide: () => watch(times(12, { old: { requests: 80 } }), {}, { watchDeadlineMs: 10_000 }),
  },
  {
    because: 'deadline-without-evidence',
    verdict: 'failed',
    when: 'too few have come until the deadline',
    decide: () => watch(times(12, { old: { requests: 9 }, fresh: { requests: 1 } }), {}, { watchDeadlineMs: 10_000 }),
  },
  {
    because: 'deadline-asks-person',
    verdict: 'hold',
    when: 'the deadline has passed without evidence and the policy leaves that to a person',
    decide: () => watch(times(12, { old: { requests: 80 } }), {}, { watchDeadlineMs: 10_000, atDeadline: 'ask' }),
  },
  {
    because: 'error-rate-worse',
    verdict: 'failed',
    when: 'customers are harmed while a person is asked',
    decide: () =>
      watch(
        [...times(12, { old: { requests: 80 } }), ...times(6, { old: { requests: 64 }, fresh: { requests: 16, errors: 8 } })],
        {},
        { watchDeadlineMs: 10_000, atDeadline: 'ask' },
      ),
  },
  {
    because: 'error-rate-worse',
    verdict: 'failed',
    when: 'every fourth request to the new one fails, none to the old one',
    decide: () => watch(times(6, { old: { requests: 64 }, fresh: { requests: 16, errors: 4 } })),
  },
  {
    because: 'latency-worse',
    verdict: 'failed',
    when: 'the new one takes 60 ms, the old one 10',
    decide: () => watch(times(9, { old: { requests: 64 }, fresh: { requests: 16, ms: 60 } })),
  },
  { because: 'crashing', verdict: 'failed', when: 'the new one restarted and the old one did not', decide: () => watch([good, { ...good, restarts: 1 }]) },
  { because: 'crashing', verdict: 'failed', when: 'the new one is down between two restarts', decide: () => watch([good, { ...good, state: 'crashed' }]) },
  {
    because: 'memory-growing',
    verdict: 'failed',
    when: 'the new one grows by 20 MB a second',
    decide: () =>
      watch(
        Array.from({ length: 9 }, (_, i) => ({ ...good, memoryMb: 60 + 20 * i })),
        {},
        { minRequests: 1000 },
      ),
  },
  {
    because: 'healthy-after-switch',
    verdict: 'passed',
    when: 'all traffic was switched and 500 requests went well',
    decide: () => watch(times(9, { fresh: { requests: 80 } }), switched),
  },
  {
    because: 'healthy-after-switch',
    verdict: 'passed',
    when: 'a first release has no customers yet and stays healthy for three seconds',
    decide: () => watch(times(5, {}), switched, {}, null),
  },
  {
    because: 'no-data',
    verdict: 'hold',
    when: 'all traffic was switched and then none came, though 80 requests/s were expected',
    decide: () => watch(times(9, {}), { ...switched, expectedRps: 80 }),
  },
  {
    because: 'held-by-person',
    verdict: 'hold',
    when: 'somebody holds it, also where the evidence would do and the deadline has passed',
    decide: () => watch(times(12, good), {}, { watchDeadlineMs: 5000 }, OLD, () => ({ held: ada })),
  },
  {
    because: 'error-rate-worse',
    verdict: 'failed',
    when: 'somebody holds it and customers are harmed',
    decide: () => watch(times(6, { old: { requests: 64 }, fresh: { requests: 16, errors: 4 } }), {}, {}, OLD, () => ({ held: ada })),
  },
  {
    because: 'promoted-by-person',
    verdict: 'passed',
    when: 'somebody answers for what nobody asks for',
    decide: () => watch(times(9, { old: { requests: 80 } }), {}, {}, OLD, () => ({ vouched: ada })),
  },
  {
    because: 'crashing',
    verdict: 'failed',
    when: 'somebody answers for what crashes',
    decide: () => watch([good, { ...good, restarts: 1 }], {}, {}, OLD, (look) => (look > 0 ? { vouched: ada } : {})),
  },
  {
    because: 'dependent-worse',
    verdict: 'failed',
    when: 'its own replies look well, and a service that calls it fails at every sixth request since',
    decide: () => watch(times(30, good), {}, { minRequests: 10_000 }, OLD, caller(10)),
  },
  {
    because: 'dependent-worse',
    verdict: 'failed',
    when: 'its own replies look well, and a service that calls it takes ten times as long for every sixth request since',
    decide: () => watch(times(30, good), {}, { minRequests: 10_000 }, OLD, callerWithin(100, 10)),
  },
  {
    because: 'no-worse',
    verdict: 'passed',
    when: 'a service that calls it takes a little longer for every sixth request: the day goes on',
    decide: () => watch(times(30, good), {}, {}, OLD, callerWithin(15, 10)),
  },
  {
    because: 'no-worse',
    verdict: 'passed',
    when: 'one reply in sixty of a service that calls it is slow: nobody notices so few',
    decide: () => watch(times(30, good), {}, { minRequests: 400 }, OLD, callerWithin(100, 1)),
  },
  {
    because: 'no-worse',
    verdict: 'passed',
    when: 'a service that calls it is as it was',
    decide: () => watch(times(12, good), {}, {}, OLD, caller(0)),
  },
  {
    because: 'metric-worse',
    verdict: 'failed',
    when: 'a metric of awo.yaml is thrice that of the old one, though its replies look well',
    decide: () => watch(times(40, good), {}, { minRequests: 10_000 }, OLD, told(9)),
  },
  {
    because: 'source-unavailable',
    verdict: 'hold',
    when: 'the source of a metric of awo.yaml is dead, and all else is well',
    decide: () => watch(times(30, good), {}, {}, OLD, told(null, 'dead: nobody answers')),
  },
  {
    because: 'source-unavailable',
    verdict: 'hold',
    when: 'all traffic was switched at once and a source of awo.yaml is dead',
    decide: () => watch(times(12, { fresh: { requests: 80 } }), switched, {}, OLD, told(null, 'dead: nobody answers')),
  },
  {
    because: 'healthy-after-switch',
    verdict: 'passed',
    when: 'all traffic was switched at once and a source of awo.yaml has no value of it yet: there is nothing to compare it with anyway',
    decide: () => watch(times(12, { fresh: { requests: 80 } }), switched, {}, OLD, told(null, 'no-data: nothing yet')),
  },
  {
    because: 'no-worse',
    verdict: 'passed',
    when: 'a metric of awo.yaml is as that of the old one',
    decide: () => watch(times(60, good), {}, {}, OLD, told(3)),
  },
  {
    because: 'still-healthy',
    verdict: 'passed',
    when: 'nothing was found until the end of its soak',
    decide: () => watch(times(12, { fresh: { requests: 80 } }), soak),
  },
  {
    because: 'error-rate-worse',
    verdict: 'failed',
    when: 'it begins to fail after its promotion',
    decide: () => watch([...times(4, { fresh: { requests: 80 } }), ...times(4, { fresh: { requests: 80, errors: 20 } })], soak),
  },
  {
    because: 'deadline-without-evidence',
    verdict: 'failed',
    when: 'no request is seen in its soak where 80 a second were expected',
    decide: () => watch(times(12, {}), { ...soak, expectedRps: 80 }, { watchDeadlineMs: 8000 }),
  },
];

describe('a watch', () => {
  for (const row of TABLE) {
    it(`says ${row.because} (${row.verdict}) when ${row.when}`, () => {
      expect(row.decide()).toMatchObject({ kind: 'watch-rollout', because: row.because, verdict: row.verdict });
    });
  }

  it('does not blame the new one when both crash: something else is wrong with both', () => {
    expect(watch([good, { ...good, restarts: 1, oldRestarts: 1 }]).verdict).toBe('hold');
  });

  it('does not undo what is proven worse but within the error budget', () => {
    const d = watch(times(30, { old: { requests: 4000 }, fresh: { requests: 4000, errors: 2 } }), {}, { errorBudgetRatio: 0.01, minRequests: 1_000_000 });
    expect(d.checks?.find((c) => c.name === 'errors not proven worse')?.passed).toBe(false);
    expect(d.because).not.toBe('error-rate-worse');
  });

  it('counts customers that a policy limit protects: slower than latencyMs is bad although the old one has no past', () => {
    const d = watch(times(12, { fresh: { requests: 40, ms: 300 } }), switched, { latencyMs: 100 }, null);
    expect(d.because).toBe('latency-worse');
  });

  it('shows old and new side by side, and says why the alternatives were rejected', () => {
    const d = watch(times(6, { old: { requests: 64 }, fresh: { requests: 16, errors: 4 } }));
    expect(d.figures).toMatchObject({ oldErrors: 0, weight: 20, newRestarts: 0, oldP95Ms: expect.any(Number) });
    expect(d.comparison.new.errors).toBeGreaterThan(0);
    expect(d.choice).toMatch(/cart bbbbbbb: \d+ of \d+ requests failed, old 0 of \d+ at the same time/);
    expect(d.alternatives?.map((a) => a.kind)).toEqual(['go on', 'wait']);
  });
});

describe('no data', () => {
  it('never passes beside an old one, whatever else is seen', () => {
    const look = fc.record({
      old: fc.record({ requests: fc.nat(200) }),
      restarts: fc.constantFrom(0, 0, 1),
      state: fc.constantFrom('ready', 'starting', 'crashed'),
      memoryMb: fc.option(fc.nat(500)),
    });
    fc.assert(
      fc.property(
        fc.array(look, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.boolean(),
        (looks, weight, watchDeadlineMs, known) => {
          const d = watch(looks, { weight, expectedRps: known ? 80 : null }, { watchDeadlineMs, minRequests: 1 });
          expect(d.verdict).not.toBe('passed');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of fewer requests than the policy asks for never passes beside an old one either', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 9 }), (requests) => {
        expect(watch(requests.map((n) => ({ old: { requests: 80 }, fresh: { requests: n } }))).verdict).not.toBe('passed');
      }),
      { numRuns: 200 },
    );
  });
});
