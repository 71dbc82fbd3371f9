// A service that is slow while it is young: its releases are told from their age by a control, a real process of the old revision beside the new one.
import { setTimeout as delay } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { LocalEnvironment, localFiles } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { makeRepo, startTestInstallation } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awo } from '../support/awo.ts';
import { decisionsOf, ended, reached } from '../support/goals.ts';
import { greeter } from '../support/services.ts';
import { startTraffic } from '../support/traffic.ts';
import type { Traffic } from '../support/traffic.ts';

let installation: TestInstallation;
let repo: TestRepository;
let bus: Bus;
let traffic: Traffic;

/** The first 75 customers of each process wait: something is loaded, compiled, filled. */
const YOUNG = `  globalThis.served = (globalThis.served ?? 0) + (request.headers['x-customer'] ? 1 : 0);
  if (globalThis.served <= 75) return setTimeout(() => response.end('at last'), 60);
`;
const POLICY = 'release: { strategy: canary, minRequests: 20, watchDeadline: 90s }\n';

beforeAll(async () => {
  repo = makeRepo({ ...greeter({ more: YOUNG }), 'awo.yaml': POLICY });
  installation = await startTestInstallation();
  bus = await installation.as('operator');
  // Many customers: of a few the same share would not be the same number.
  traffic = startTraffic(installation.home, 'production', { perSecond: 200, customers: 5000 });
  const { code, out, err } = await run('release', '--repo', repo.path, '--wait');
  expect(code, out + err).toBe(0);
  // The old one has long been warm.
  while (traffic.ok('greeter') < 1500) await delay(50);
});
afterAll(async () => {
  traffic?.stop();
  await installation?.stop();
  repo?.remove();
});

const run = (...args: string[]) => awo(args, installation.env);
const controls = () =>
  LocalEnvironment.parse(JSON.parse(readFileSync(localFiles(installation.home, 'production').state, 'utf8'))).services.flatMap((s) =>
    s.revisions.flatMap((r) => r.control ?? []),
  );

test('it is promoted, the decision shows what the control had, and nothing of it is left', async () => {
  repo.commitFiles(greeter({ greeting: 'Good day', more: YOUNG }), 'Good day');
  const goal = /g[0-9a-z]{10}/.exec((await run('release', '--repo', repo.path, '-o', 'json')).out)?.[0] ?? '';
  await reached(bus, goal, 'its control', () => controls().some((c) => c.ready));
  expect((await run('ps')).out).toContain('and its control');
  const state = await ended(bus, goal);
  expect(state.ended.outcome, state.ended.because).toBe('done');
  expect(await decisionsOf(bus, goal)).not.toContain('watch-rollout/latency-worse');
  expect((await run('explain', goal, '--step', 'start-greeter')).out).toContain('A process of the old one as young as it runs beside it');
  const { out } = await run('explain', goal);
  expect(out).toMatch(/Of these its control, as young as the new one, 0 of \d+/);
  expect((await run('explain', goal, '--replay')).code).toBe(0);
  expect(controls()).toEqual([]);
});

test('no customer saw an error in all of this, also where a control came and went', () => {
  expect(traffic.failed('greeter')).toBe(0);
});
