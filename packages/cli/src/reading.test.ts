// The reading commands against a real nats-server that holds a recorded release.
import type { Verdict } from '@awo/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NEW, recordedRelease } from './testing/recorded-release.ts';
import { decided, planStep, recorder } from './testing/recorder.ts';
import { recordedSystem } from './testing/recorded-system.ts';

const GOAL = 'g7k2m9q4xw0';
let system: Awaited<ReturnType<typeof recordedSystem>>;
beforeAll(async () => {
  system = await recordedSystem();
});
afterAll(() => system.stop());

const json = async (...args: string[]) => JSON.parse((await system.awo([...args, '-o', 'json'])).out) as unknown;

describe('get', () => {
  test('the documented field names are there', async () => {
    expect(await json('get', GOAL)).toMatchObject({
      id: GOAL,
      kind: 'release',
      state: 'ended',
      outcome: 'rolled-back',
      because: expect.stringContaining('6 of 118'),
      plan: { version: 3 },
      steps: expect.arrayContaining([expect.objectContaining({ id: 'watch-cart-5', kind: 'watch-rollout', role: 'monitor', status: 'failed' })]),
      links: { explain: `awo explain ${GOAL}`, trace: null },
    });
  });

  test('a goal is found by a unique beginning of its id and as the last one', async () => {
    for (const name of ['g7k', 'last', GOAL]) expect(await json('get', name)).toMatchObject({ id: GOAL });
  });

  test('a goal that is not there is said to be so, with a way to find others', async () => {
    expect(await system.awo(['get', 'gzzz'])).toMatchObject({ code: 1, err: expect.stringMatching(/No recent goal begins with "gzzz"[\s\S]*awo ps/) });
    expect(await system.awo(['get', 'g0000000000'])).toMatchObject({ code: 1, err: expect.stringContaining('There is no goal g0000000000') });
  });

  test('for people it is a table, as YAML it is the same data', async () => {
    expect((await system.awo(['get', 'last'])).out).toMatch(/✗ +watch-cart-5 +monitor +watch cart at 5%/);
    expect((await system.awo(['get', 'last', '-o', 'yaml'])).out).toMatch(/^id: g7k2m9q4xw0\nkind: release\nstate: ended\noutcome: rolled-back$/m);
  });

  test('with JAEGER_URL it prints the link to the trace', async () => {
    const { out } = await system.awo(['get', 'last', '-o', 'json'], { env: { JAEGER_URL: 'http://127.0.0.1:16686/' } });
    expect((JSON.parse(out) as { links: { traceId: string | null; trace: string | null } }).links).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      trace: 'http://127.0.0.1:16686/trace/0af7651916cd43dd8448eb211c80319c',
    });
  });
});

describe('ps', () => {
  test('environments, services, revisions and weights have the documented names', async () => {
    expect(await json('ps')).toMatchObject({
      environments: [
        {
          name: 'production',
          services: [
            {
              name: 'cart',
              address: 'http://127.0.0.1:41234',
              revisions: expect.arrayContaining([expect.objectContaining({ revision: NEW, weight: 5, state: 'ready' })]),
            },
          ],
        },
      ],
      goals: [{ id: GOAL, state: 'ended', outcome: 'rolled-back' }],
    });
  });

  test('what is kept for a way back is shown only where it was asked for', async () => {
    const { out } = await system.awo(['ps']);
    expect(out).toMatch(/PRODUCTION +ADDRESS +REVISION +WEIGHT +STATE/);
    expect(out).toMatch(/cart +http:\/\/127\.0\.0\.1:41234 +3f2a1bc0 +95% +ready\n +9ad01f20 +5% +ready\n/);
    expect(out).not.toContain('stopped');
    expect((await system.awo(['ps', '-o', 'wide'])).out).toContain('stopped');
  });

  test('refused messages are listed, and that there is none is said', async () => {
    expect(await system.awo(['ps', '--refused'])).toMatchObject({ code: 0, out: expect.stringContaining('No message was refused') });
  });
});

describe('explain, log, trace', () => {
  test('explain --step gives the decisions of one step, as data with every field', async () => {
    const explained = (await json('explain', 'last', '--step', 'strategy')) as { decisions: object[] };
    expect(explained.decisions).toEqual([
      expect.objectContaining({
        step: 'strategy',
        kind: 'choose-strategy',
        because: 'risk-needs-canary',
        by: 'rules',
        alternatives: expect.any(Array),
        checks: [],
        facts: expect.any(Array),
        instance: 'deploy-1',
      }),
    ]);
    expect(await system.awo(['explain', 'last', '--step', 'stratgy'])).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean "strategy"?') });
  });

  test('log prints the commits, and -f ends when the goal has ended', async () => {
    const { out, code } = await system.awo(['log', 'last', '-f']);
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(recordedRelease().length);
    expect(await json('log', 'last')).toHaveLength(recordedRelease().length);
  });

  test('log --verify accepts a whole log and names the place where one was changed', async () => {
    expect(await system.awo(['log', '--verify', 'last'])).toMatchObject({ code: 0, out: expect.stringContaining('the hash chain is unbroken') });
    const changed = recordedRelease({ until: 'watching' }).map((entry, i) => {
      const text = new TextDecoder().decode(entry.bytes).replaceAll(GOAL, 'gchanged000');
      return {
        ...entry,
        subject: entry.subject.replace(GOAL, 'gchanged000'),
        bytes: new TextEncoder().encode(i === 4 ? text.replace('planner-1', 'planner-2') : text),
      };
    });
    await system.record(changed);
    const found = await system.awo(['log', '--verify', 'gchanged000']);
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/commit 2 .*broken-chain/);
  });

  test('replay gives the recorded states again, stops where it is told to, and names the commit whose events lead elsewhere', async () => {
    const all = (await json('replay', GOAL)) as { ok: boolean; commits: { state: object }[] };
    expect(all.ok).toBe(true);
    expect(all.commits.map(({ state }) => state)).toEqual(recordedRelease().map(({ commit }) => commit.state));
    expect(((await json('replay', GOAL, '--to', '3')) as typeof all).commits).toEqual(all.commits.slice(0, 3));
    const bent = recordedRelease({ until: 'watching', goal: 'gbent000000' }).map((entry, i) => ({
      ...entry,
      bytes:
        i === 2
          ? new TextEncoder().encode(
              new TextDecoder().decode(entry.bytes).replace('"planVersion":1', '"planVersion":9').replace('"planVersion":0', '"planVersion":9'),
            )
          : entry.bytes,
    }));
    await system.record(bent);
    expect(await system.awo(['replay', 'gbent000000'])).toMatchObject({ code: 1, out: expect.stringMatching(/commit 3 .*another state/) });
  });

  test('trace draws the tree', async () => {
    expect((await system.awo(['trace', GOAL])).out).toMatch(/goal release[\s\S]*├─ invoke_agent monitor {2}watch cart at 5% ✗ +8\.0 s/);
  });
});

describe('watch and abort', () => {
  test('watch ends with 1 where the goal was rolled back, because scripts wait with it', async () => {
    const { code, out } = await system.awo(['watch', GOAL]);
    expect(out).toContain('rolled back after 13.8 s');
    expect(code).toBe(1);
  });

  test('Ctrl-C while looking on ends with 130 and says that the goal goes on', async () => {
    const goal = 'gw000000000';
    await system.record(recordedRelease({ holds: 3, until: 'watching', goal }));
    const { code, err } = await system.awo(['watch', goal], { interruptWhen: /hold at 5%/ });
    expect(err).toContain(`The goal goes on. Look on again: awo watch ${goal}`);
    expect(code).toBe(130);
  });

  test('a person holds a goal, leaves the new one less traffic, answers for it: each a commit under their own name', { timeout: 120_000 }, async () => {
    const goal = 'gp000000000';
    await system.record(recordedRelease({ holds: 1, until: 'watching', goal }));
    const ada = { env: { AWO_WHO: 'ada' } };
    expect(await system.awo(['pause', goal, '--weight', '2', '--because', 'odd logs'], ada)).toMatchObject({
      code: 0,
      out: expect.stringContaining('is held'),
    });
    expect((await system.awo(['log', goal])).out).toMatch(/operator +→ deploy +ada asked to pause: odd logs/);
    const lowered = expect.objectContaining({ id: 'shift-cart-2-by-person', status: 'dispatched' }) as unknown;
    expect(await json('get', goal)).toMatchObject({ held: { who: 'ada', because: 'odd logs' }, steps: expect.arrayContaining([lowered]) as unknown });
    expect(await system.awo(['promote', goal, '--because', 'seen by hand'], ada)).toMatchObject({ code: 0 });
    expect(await json('get', goal)).toMatchObject({ held: null, vouched: { who: 'ada', because: 'seen by hand' } });
    expect(await system.awo(['resume', goal])).toMatchObject({ code: 1, err: expect.stringContaining('is not held') });
    expect(await system.awo(['pause', GOAL])).toMatchObject({ code: 1, err: expect.stringContaining('has ended already') });
  });

  test('abort is a commit of the operator that hands over to the undo, however long its reason; twice is once; an ended goal refuses it', async () => {
    const goal = 'gw000000000';
    expect(await system.awo(['abort', goal, '--because', `wrong branch ${'and more '.repeat(60)}`], { env: { AWO_WHO: 'ada' } })).toMatchObject({ code: 0 });
    const { out } = await system.awo(['log', goal]);
    expect(out).toMatch(/operator +→ (deploy|monitor|diagnosis|planner) +ada asked to abort: wrong branch/);
    expect(await system.awo(['abort', goal])).toMatchObject({ code: 0, out: expect.stringContaining('already') });
    expect(await system.awo(['abort', GOAL])).toMatchObject({ code: 1, err: expect.stringContaining('has ended already: rolled back') });
  });
});

test('explain reads the chains of a change from its evidence, and says so where that is not there', async () => {
  const goal = 'ge000000000';
  const { write, log } = recorder(goal, '2026-05-04T10:00:00.000Z');
  const plan = [planStep({ id: 'impact', kind: 'assess-impact', role: 'impact', needs: [], because: 'what it touches' })];
  write('planner', [{ type: 'goal.accepted', goal, spec: { kind: 'assess', revision: 'HEAD' }, source: 'test', plan }]);
  const reasons = [{ kind: 'changed-file', from: 'a.ts', to: 'a.ts', at: 'a.ts:1', confidence: 1, text: 'code file modified' }];
  const facts = { reach: { units: [{ id: '.', change: 'direct', risk: 'low', reasons }] }, suites: [{ id: 'root', unit: '.' }] };
  const evidence = await (await system.as('impact')).evidence.put(facts);
  write('impact', [
    decided('impact', { kind: 'assess-impact', because: 'code-reaches-units', choice: '1 unit', facts: [evidence] } as Verdict),
    { type: 'step.passed', step: 'impact', startedAt: '2026-05-04T10:00:00.000Z', output: { suites: ['root'], dropped: [] }, evidence: [] },
  ]);
  await system.record(log);
  expect((await system.awo(['explain', goal])).out).toMatch(/touches +\. \(direct, low risk\): a\.ts, code file modified\n +runs +root: a\.ts/);
  expect(await json('explain', goal)).toMatchObject({
    decisions: [{ impact: { units: [{ id: '.', chain: 'a.ts', reasons }], suites: [{ suite: 'root', chosen: true, through: '.', chain: 'a.ts' }] } }],
  });
  expect((await system.awo(['explain', GOAL, '--step', 'impact'])).out).toMatch(/touches +No evidence is stored as/);
});

test('a goal that nobody takes up is said to stand still, by get and by ps, and for whom it waits', async () => {
  const goal = 'gn000000000';
  const { write, log } = recorder(goal, '2026-05-04T10:00:00.000Z');
  const plan = [planStep({ id: 'health', kind: 'judge-health', role: 'monitor', needs: [], because: 'nothing is released into a fire' })];
  write('planner', [{ type: 'goal.accepted', goal, spec: { kind: 'assess', revision: 'HEAD' }, source: 'test', plan }]);
  await system.record(log);
  const standstill = { step: 'health', role: 'monitor', because: 'no monitor agent asks for work' };
  expect(await json('get', goal)).toMatchObject({ state: 'running', standstill });
  expect((await system.awo(['get', goal])).out).toMatch(/^health stands still for \d+ \w+: no monitor agent asks for work$/m);
  const { goals } = (await json('ps')) as { goals: { id: string; standstill: unknown }[] };
  expect(goals).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: goal, standstill: expect.objectContaining(standstill) }),
      expect.objectContaining({ id: GOAL, standstill: null }),
    ]),
  );
  const monitor = (await system.as('monitor')).js;
  const asking = await (await monitor.consumers.get('GOALS', 'monitor')).consume({ max_messages: 100, callback: () => {} });
  await expect.poll(async () => ((await json('get', goal)) as { standstill: unknown }).standstill, { timeout: 20_000 }).toBeNull();
  await asking.close();
});

test('stats tells how soon the tests of a repository told of a failure, in the first run that failed and in the last', async () => {
  const runs = [
    ['gt100000000', 39_500],
    ['gt200000000', null],
    ['gt300000000', 6700],
  ] as const;
  for (const [goal, firstFailureMs] of runs) {
    const { write, log } = recorder(goal, '2026-05-04T10:00:00.000Z');
    const plan = [
      planStep({ id: 'plan', kind: 'plan', role: 'planner', needs: [], because: 'first' }),
      planStep({ id: 'tests', kind: 'run-tests', role: 'test', needs: ['plan'], because: 'proof', input: { suites: ['a'] } }),
    ];
    const output = { repo: '/srv/slow', head: NEW, subject: 's', base: null, environment: 'production', targets: [] };
    write('planner', [{ type: 'goal.accepted', goal, spec: { kind: 'test', revision: 'HEAD' }, source: 'test', plan }]);
    write('planner', [{ type: 'step.passed', step: 'plan', startedAt: '2026-05-04T10:00:00.000Z', output, evidence: [] }]);
    write('test', [decided('tests', { kind: 'judge-tests', because: 'all-passed', choice: 'x', figures: { suites: 12, durationMs: 40_000, firstFailureMs } })]);
    await system.record(log);
  }
  expect((await system.awo(['stats'])).out).toContain(
    'tests of /srv/slow\nfirst failure        told after 39.5 s of 40.0 s; of the last one after 6.7 s of 40.0 s: 2 of 3 runs failed',
  );
  expect(await json('stats')).toMatchObject({ tests: [{ repo: '/srv/slow', runs: 3, failing: 2, last: { goal: 'gt300000000', firstFailureMs: 6700 } }] });
});
