// Silence, and few requests, where all traffic was switched at once: what passes, and what has to wait.
import { seededRandom } from '@awo/analysis';
import type { Because } from '@awo/contracts';
import { describe, expect, it } from 'vitest';
import { decideWatch, type WatchDecision } from './decide.ts';
import type { WatchFacts } from './facts.ts';
import { times, told, watch } from './looks.fixture.ts';
import { OLD } from './simulated-rollout.ts';

const switched = { weight: 100, concurrent: false };
const soak = { ...switched, soakMs: 8000 };
const dead = told(null, 'dead: nobody answers');

const TABLE: { because: Because; verdict: WatchDecision['verdict']; when: string; decide: () => WatchDecision }[] = [
  {
    because: 'no-data',
    verdict: 'hold',
    when: 'all traffic was switched and none has come in five seconds, though the watch is long enough for sixty requests',
    decide: () => watch(times(6, {}), { ...switched, expectedRps: 0.5 }),
  },
  {
    because: 'deadline-without-evidence',
    verdict: 'failed',
    when: 'none has come until the deadline, though ten were to be expected',
    decide: () => watch(times(24, {}), { ...switched, expectedRps: 0.5 }, { watchDeadlineMs: 20_000 }),
  },
  {
    because: 'healthy-after-switch',
    verdict: 'passed',
    when: 'none has come, and two were to be expected in all the time of the watch',
    decide: () => watch(times(5, {}), { ...switched, expectedRps: 2 / 120 }),
  },
  {
    because: 'healthy-after-switch',
    verdict: 'passed',
    when: 'one request went well where the whole watch brings no more than six',
    decide: () => watch([...times(12, {}), { fresh: { requests: 1 } }], { ...switched, expectedRps: 6 / 120 }),
  },
  {
    because: 'too-few-requests',
    verdict: 'hold',
    when: 'one request went well where the watch would bring sixty',
    decide: () => watch([...times(12, {}), { fresh: { requests: 1 } }], { ...switched, expectedRps: 0.5 }),
  },
  {
    because: 'too-few-requests',
    verdict: 'hold',
    when: 'one request went well where nothing was known of its traffic, and more come at that rate',
    decide: () => watch([...times(3, {}), { fresh: { requests: 1 } }, ...times(3, {})], { ...switched }, { minRequests: 100 }),
  },
  {
    because: 'not-yet-significant',
    verdict: 'hold',
    when: 'the one request of a service with few customers failed',
    decide: () => watch([...times(12, {}), { fresh: { requests: 1, errors: 1 } }], { ...switched, expectedRps: 6 / 120 }),
  },
  {
    because: 'still-healthy',
    verdict: 'passed',
    when: 'no request is seen in its soak where two were to be expected',
    decide: () => watch(times(12, {}), { ...soak, expectedRps: 0.25 }, { watchDeadlineMs: 8000 }),
  },
  {
    because: 'source-unavailable',
    verdict: 'hold',
    when: 'no request was to be expected, none has come, and its own source is dead: nothing at all is known',
    decide: () => watch(times(12, {}), switched, {}, OLD, dead),
  },
  {
    because: 'deadline-without-evidence',
    verdict: 'failed',
    when: 'its own source is dead until the deadline, though no request was to be expected',
    decide: () => watch(times(24, {}), switched, { watchDeadlineMs: 20_000 }, OLD, dead),
  },
  {
    because: 'source-unavailable',
    verdict: 'hold',
    when: 'one request went well where no more than six come, and its own source is dead',
    decide: () => watch([...times(12, {}), { fresh: { requests: 1 } }], { ...switched, expectedRps: 6 / 120 }, {}, OLD, dead),
  },
  {
    because: 'healthy-after-switch',
    verdict: 'passed',
    when: 'no request was to be expected, and its own source answers again after four looks',
    decide: () => watch(times(12, {}), switched, {}, OLD, (look) => (look < 4 ? dead(look) : told(3)(look))),
  },
  {
    because: 'healthy-after-switch',
    verdict: 'passed',
    when: 'no request was to be expected, and its own source has no value of it yet',
    decide: () => watch(times(5, {}), switched, {}, OLD, told(null, 'no-data: nothing yet')),
  },
  {
    because: 'deadline-without-evidence',
    verdict: 'failed',
    when: 'its own source is dead at the end of its soak',
    decide: () => watch(times(12, { fresh: { requests: 80 } }), soak, { watchDeadlineMs: 8000 }, OLD, dead),
  },
  {
    because: 'still-healthy',
    verdict: 'passed',
    when: 'its own source was dead during its soak and answers at the end',
    decide: () => watch(times(12, { fresh: { requests: 80 } }), soak, { watchDeadlineMs: 8000 }, OLD, (look) => (look < 6 ? dead(look) : told(3)(look))),
  },
];

describe('a watch', () => {
  for (const row of TABLE) {
    it(`says ${row.because} (${row.verdict}) when ${row.when}`, () => {
      expect(row.decide()).toMatchObject({ kind: 'watch-rollout', because: row.because, verdict: row.verdict });
    });
  }
});

describe('a good service with few customers', () => {
  it.each([1, 4, 8, 11, 16, 30])('gets its verdict in the time of the watch where that brings %i requests: it must stay releasable', (expected) => {
    const random = seededRandom(expected);
    const passed = Array.from({ length: 20 }, () => {
      const looks = times(121, {}).map(() => (random() < expected / 120 ? { fresh: { requests: 1 } } : {}));
      return watch(looks, { ...switched, expectedRps: expected / 120 }, { minRequests: 100 }).verdict === 'passed';
    }).filter(Boolean).length;
    expect(passed).toBeGreaterThanOrEqual(18);
  });
});

it('silence that an older version let pass is let pass again: its record knows of no more than the time that had passed', () => {
  const facts: WatchFacts[] = [];
  watch(
    times(5, {}),
    { ...switched, expectedRps: 0.5 },
    {},
    OLD,
    () => ({}),
    (f) => facts.push(f),
  );
  const { requestsExpected: _, ...older } = facts.at(-1) ?? expect.fail('no look');
  expect(decideWatch(facts.at(-1) as WatchFacts).because).toBe('no-data');
  expect(decideWatch(older).because).toBe('healthy-after-switch');
});
