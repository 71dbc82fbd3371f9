// Traffic down on suspicion: when it goes down, when up again, and what it leaves as it was.
import { describe, expect, it } from 'vitest';
import type { WatchDecision } from './decide.ts';
import type { Reading, WatchFacts } from './facts.ts';
import { good, times, type Look, watch } from './looks.fixture.ts';
import { OLD, playRollout, type Ended, type Rollout } from './simulated-rollout.ts';

const bad: Look = { ...good, fresh: { requests: 16, errors: 1 } };
const suspect = [...times(6, good), bad, bad];
const at = (share: number, looks: Look[]): Look[] => looks.map((look) => ({ ...look, share }));
const ada = { who: 'Ada', because: 'she looks into it' };

const look = (looks: Look[], input: Partial<WatchFacts['input']> = {}, policy = {}, more: Partial<Reading> = {}): WatchDecision =>
  watch(looks, { lowerTo: 10, ...input }, { minRequests: 10_000, ...policy }, OLD, () => more);

describe('traffic', () => {
  it('goes down to the step before once two of 128 requests failed: suspicious, and far from proven', () => {
    const d = look(suspect);
    expect(d).toMatchObject({ verdict: 'hold', because: 'lowered-on-suspicion', shiftTo: 10, memo: { lowered: 'now' } });
    expect(d.figures).toMatchObject({ weightBeforePercent: 20, weightAfterPercent: 10 });
    expect(d.choice).toMatch(/from 20 to 10 % .* errors suspicious: 1.79 % of 112 against 0 % of 448; .*e-value 1\d;/);
  });

  it('goes down once: what stays suspicious is looked at where it is', () => {
    expect(look([...suspect, ...at(10, [bad])])).toMatchObject({ verdict: 'hold', shiftTo: null, memo: { lowered: 'now' } });
  });

  it('goes up again once the old one fails as well, so that nothing is suspicious any more, and not down a second time', () => {
    const faded = [...suspect, ...at(10, times(4, { old: { requests: 72, errors: 1 }, fresh: { requests: 8 } }))];
    const shifts: (number | null)[] = [];
    for (let n = suspect.length; n <= faded.length; n++) shifts.push(look(faded.slice(0, n)).shiftTo);
    expect(shifts.filter((to) => to !== null)).toEqual([10, 20]);
    const again = [...faded, ...times(2, { ...good, fresh: { requests: 16, errors: 2 } })];
    expect(look(again)).toMatchObject({ memo: { lowered: 'before' }, shiftTo: null });
    expect(look(again).because).not.toBe('lowered-on-suspicion');
  });

  it.each<[what: string, looks: Look[], input: Partial<WatchFacts['input']>, more: Partial<Reading>]>([
    ['nothing is suspicious', times(8, good), {}, {}],
    ['there is no step before it, as in plans of older versions', suspect, { lowerTo: undefined }, {}],
    ['a person has lowered it already', at(5, suspect), {}, {}],
    ['a person holds it', suspect, {}, { held: ada }],
    ['a person answers for it', suspect, {}, { vouched: ada }],
    ['another shift is under way', suspect, {}, { isShifting: true }],
  ])('stays where %s', (_what, looks, input, more) => {
    expect(look(looks, input, {}, more).shiftTo).toBeNull();
  });

  it('that is just being shifted lets nothing pass: the next step would set its weight at the same time', () => {
    const policy = { minRequests: 30 };
    expect(look(times(8, good), {}, policy).verdict).toBe('passed');
    expect(look(times(8, good), {}, policy, { isShifting: true })).toMatchObject({ verdict: 'hold', because: 'not-yet-significant' });
  });

  it('that went down changes no deadline, and no verdict', () => {
    const late = { watchDeadlineMs: 10_000 };
    expect(look([...suspect, ...at(10, times(4, good))], {}, late)).toMatchObject({ verdict: 'failed', because: 'deadline-without-evidence' });
    expect(look([...suspect, ...at(10, times(2, { ...bad, fresh: { requests: 8, errors: 2 } }))]).because).toBe('error-rate-worse');
  });
});

describe('releases under simulated traffic', () => {
  const healthy = { errors: () => 0.0005 };
  const play = (fresh: Rollout['fresh'], lowers: boolean): Ended[] =>
    Array.from({ length: 40 }, (_, i) => playRollout({ seed: 1000 + i * 17, rps: 80, weights: [10, 40, 50], old: healthy, fresh, lowers }));
  const failed = (all: Ended[]): number => all.reduce((sum, e) => sum + e.freshErrors, 0);

  it('that fail 5 % from their 101st request on fail fewer requests by a tenth at least, and each of them is undone', () => {
    const late = { errors: (n: number) => (n > 100 ? 0.05 : 0.0005) };
    const [without, as] = [play(late, false), play(late, true)];
    expect([without, as].map((all) => all.filter((e) => e.decision.verdict === 'failed').length)).toEqual([40, 40]);
    expect(as.filter((e) => e.lowered > 0).length).toBeGreaterThan(30);
    expect(failed(as)).toBeLessThan(0.9 * failed(without));
  });

  it('that are good lose no time, and none is undone', () => {
    const [without, as] = [play(healthy, false), play(healthy, true)];
    expect(as.map((e) => [e.decision.verdict, e.seconds])).toEqual(without.map((e) => ['passed', e.seconds]));
  });
});
