// The releases of the demo against an `awo` that answers from a list.
import { describe, expect, test } from 'vitest';
import { Commit, FIRST_PREV, type GoalState, type Outcome } from '@awo/contracts';
import type { Release } from '../shop.ts';
import type { Awo } from './awo.ts';
import type { Customers } from './customers.ts';
import { exposuresOf, withoutCanary } from './exposure.ts';
import { playIncident } from './incident.ts';
import { parseOptions } from './options.ts';
import { play, type Stage } from './play.ts';
import type { Played } from './played.ts';
import { summary } from './summary.ts';

const OLD = 'a'.repeat(40);
const releases: Release[] = ['v1.0', 'v1.1', 'cheapest-free'].map((ref, n) => ({ ref, sha: String(n).repeat(40), subject: `Change ${n}` }));
const goalOf = (n: number): string => `g000000000${n}`;

function commitOf(id: string, outcome: Outcome, steps: GoalState['steps'] = []): Commit {
  const state: GoalState = {
    id,
    spec: {
      kind: 'test',
      revision: 'HEAD',
    },
    source: 'test',
    acceptedAt: '2026-10-01T09:00:00.000Z',
    planVersion: 1,
    steps,
    ended: {
      outcome,
      because: 'because',
      at: '2026-10-01T09:01:00.000Z',
    },
  };
  const ended = { type: 'goal.ended' as const, outcome, because: 'because' };
  return { v: 1, goal: id, prev: FIRST_PREV, at: state.acceptedAt, by: { author: 'planner', instance: 'planner-1' }, events: [ended], state };
}

function watched(weight: number, fresh: [number, number], oldRequests: number): GoalState['steps'][number] {
  const output = {
    comparison: {
      old: { requests: oldRequests, errors: 0, p95Ms: 3 },
      new: { requests: fresh[0], errors: fresh[1], p95Ms: 3, customersWithErrors: fresh[1], restarts: 0, memoryBytes: null },
    },
  };
  const input = { environment: 'production', change: { service: 'cart', base: OLD, head: 'b'.repeat(40) }, weight, concurrent: true, expectedRps: 80 };
  return { id: `watch-cart-${weight}`, kind: 'watch-rollout', role: 'monitor', needs: [], when: 'passed', input, because: 'test', status: 'failed', output };
}

function stageWith(outcomes: Outcome[], exitCodes: number[] = []): { stage: Stage; shown: string[][]; said: string[] } {
  const shown: string[][] = [];
  const said: string[] = [];
  const refs = releases.map((r) => r.ref);
  const awo: Awo = {
    show: async (args) => exitCodes[shown.push(args) - 1] ?? 0,
    read: async ([command, ...args]) => {
      if (command === 'watch') return [commitOf(args[0] ?? '', outcomes[Number(args[0]?.at(-1))] ?? 'done')];
      return [{ id: goalOf(refs.findIndex((ref) => args.includes(ref))), duplicate: true }];
    },
  };
  const customers: Customers = { counts: async () => ({}), busy: async () => true, stop: async () => {} };
  const played: Played = { v: 1, salt: 'salt', releases: [] };
  return {
    stage: { awo, shop: '/shop', customers, played, save: async () => {}, say: (line) => said.push(line), signal: new AbortController().signal },
    shown,
    said,
  };
}

describe('playing the releases', () => {
  test('asks for one after the other and keeps how each ended', async () => {
    const { stage, shown } = stageWith(['done', 'stopped', 'rolled-back'], [0, 1, 1]);
    expect(await play(releases, stage)).toBe(0);
    expect(shown.map((args) => args.slice(0, 7))).toEqual(releases.map((r) => ['release', '--repo', '/shop', '--ref', r.ref, '--id', `demo-salt-${r.ref}`]));
    expect(stage.played.releases.map((r) => [r.ref, r.outcome])).toEqual([
      ['v1.0', 'done'],
      ['v1.1', 'stopped'],
      ['cheapest-free', 'rolled-back'],
    ]);
  });

  test('does not play what has ended before', async () => {
    const { stage, shown } = stageWith(['done', 'done', 'done']);
    await play(releases.slice(0, 2), stage);
    await play(releases, stage);
    expect(shown.map((args) => args[4])).toEqual(['v1.0', 'v1.1', 'cheapest-free']);
  });

  test.each<Outcome>(['failed', 'needs-human', 'refused'])('gives up where the system came to no verdict: %s', async (outcome) => {
    const { stage, said } = stageWith(['done', outcome], [0, 1]);
    expect(await play(releases, stage)).toBe(3);
    expect(said.at(-1)).toContain(`npx awo explain ${goalOf(1)}`);
    expect(stage.played.releases).toHaveLength(1);
  });

  test.each([2, 3, 130])('ends with the exit code %i of awo, as going on could not work', async (code) => {
    const { stage, shown } = stageWith([], [code]);
    expect(await play(releases, stage)).toBe(code);
    expect(shown).toHaveLength(1);
  });

  test('asks for nothing more after Ctrl-C', async () => {
    const { stage, shown } = stageWith([]);
    expect(await play(releases, { ...stage, signal: AbortSignal.abort() })).toBe(130);
    expect(shown).toEqual([]);
  });
});

describe('playing the incident', () => {
  const warehouse = () => {
    const slowed: number[] = [];
    return { slowed, env: { STOCK_URL: '', STOCK_STANDBY_URL: '' }, slow: (ms: number) => void slowed.push(ms), close: async () => {} };
  };
  const mending = (outcome: Outcome) => {
    const { stage, shown, said } = stageWith([outcome]);
    const { read } = stage.awo;
    let looks = 0;
    // Somebody else's goal of long ago is not the one, and the right one takes a moment to be there.
    const listed = () => [
      { id: goalOf(9), kind: 'remediate', acceptedAt: '2026-10-01T09:00:00.000Z' },
      ...(looks++ === 0 ? [] : [{ id: goalOf(0), kind: 'remediate', acceptedAt: new Date(Date.now() + 1000).toISOString() }]),
    ];
    const awo: Awo = { ...stage.awo, read: async (args) => (args[0] === 'ps' ? [{ goals: listed() }] : read(args)) };
    return { stage: { ...stage, awo }, shown, said };
  };

  test('shows the goal that was opened for it, keeps how it ended, and ends the fault', async () => {
    const { stage, shown } = mending('done');
    const place = warehouse();
    expect(await playIncident(stage, place)).toBe(0);
    expect(shown).toEqual([['watch', goalOf(0)]]);
    expect(stage.played.incident).toMatchObject({ goal: goalOf(0), outcome: 'done', because: 'because', failedForCustomers: 0 });
    expect(place.slowed).toEqual([600, 0]);
    await playIncident(stage, place);
    expect(place.slowed, 'not played twice').toEqual([600, 0]);
  });

  test('an incident that a person has to look at is an end like another, and stands in the summary', async () => {
    const { stage } = mending('needs-human');
    expect(await playIncident(stage, warehouse())).toBe(0);
    expect(stage.played.incident).toMatchObject({ outcome: 'needs-human' });
  });
});

describe('what a release cost', () => {
  const state = commitOf(goalOf(2), 'rolled-back', [watched(10, [100, 5], 900), watched(40, [40, 2], 60)]).state;

  test('is the sum of its stages', () => {
    expect(exposuresOf(state)).toEqual([{ service: 'cart', newRequests: 140, newErrors: 7, oldRequests: 960, customersWithErrors: 5 }]);
  });

  test('is compared with all traffic on the new one for the same time: 5 % of 1,100', () => {
    expect(withoutCanary({ service: 'cart', newRequests: 140, newErrors: 7, oldRequests: 960, customersWithErrors: 5 })).toBe(55);
  });

  test('stands in the summary, with the arithmetic', () => {
    const undone = {
      ...releases[2]!,
      goal: goalOf(2),
      outcome: 'rolled-back' as const,
      because: 'error-rate-worse',
      exposures: exposuresOf(state),
      failedForCustomers: 7,
    };
    const text = summary({ releases: [undone] }, { trace: null }).join('\n');
    expect(text).toContain('7 requests of 5 customers failed: the new cart (cheapest-free) had 140 of 1,100 requests, 5.0 % of them failed');
    expect(text).toContain('55 would have failed: 5.0 % of all 1,100 in the same time');
    expect(text).toContain(`npx awo explain ${goalOf(2)}`);
  });

  test('and so does the incident: when it was noticed, when it was over, and how', () => {
    const incident = {
      goal: goalOf(3),
      outcome: 'done' as const,
      because: 'switch-source cart: as before',
      noticedMs: 2140,
      tookMs: 11_900,
      failedForCustomers: 0,
    };
    const text = summary({ releases: [], incident }, { trace: null }).join('\n');
    expect(text).toContain('was mended: noticed after 2.1 s, over after 11.9 s, 0 customer requests failed');
    expect(text).toContain('switch-source cart: as before');
    expect(text).toContain(`npx awo incident ${goalOf(3)}`);
    expect(summary({ releases: [], incident: { ...incident, outcome: 'needs-human' } }, { trace: null }).join('\n')).toContain('✖ incident       needs-human');
  });
});

describe('a release that has no way back', () => {
  const held = (forward: { ref: string; goal: string; outcome: Outcome; because: string } | null) => ({
    noWayBack: {
      ref: 'places',
      subject: 'Places',
      goal: goalOf(4),
      outcome: 'needs-human' as const,
      because: 'Nothing was rolled back blindly\nmore',
      forward,
    },
  });

  test('stands in the summary as held, with how a person went on', () => {
    const text = summary({ releases: [], ...held({ ref: 'places-mended', goal: goalOf(5), outcome: 'done', because: '' }) }, { trace: null }).join('\n');
    expect(text).toContain(`⏸ places         was held where it was, as there was no way back: Places  (${goalOf(4)})`);
    expect(text).toContain('Nothing was rolled back blindly');
    expect(text).toContain(`✔ places-mended  went live: the way on was forward  (${goalOf(5)})`);
  });

  test('and without, where nobody went on', () => {
    expect(summary({ releases: [], ...held(null) }, { trace: null }).join('\n')).not.toContain('forward');
  });
});

describe('options', () => {
  test('name the folder by option, else by AWO_HOME', () => {
    expect(parseOptions(['--home', '/a'], { AWO_HOME: '/b' })).toMatchObject({ home: '/a', once: false, variant: null });
    expect(parseOptions(['--once', '--variant', '7'], { AWO_HOME: '/b' })).toEqual({ home: '/b', once: true, variant: 7 });
  });

  test.each([[['--variant', 'x']], [['--onec']], [['now']]])('that are not understood are refused with those that are: %j', (args) => {
    expect(() => parseOptions(args, {})).toThrow('npm start -- --once');
  });
});
