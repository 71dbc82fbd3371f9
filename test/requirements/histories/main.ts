// Records histories for the test of promise 5: a whole installation carries out goals of every kind, each log is written down as it stands.
// Once per version of the commit schema, before its release: `node bin/run.mjs test/requirements/histories/main.ts`.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '@awo/bus';
import { COMMIT_VERSION, GoalSpec } from '@awo/contracts';
import { makeRepo, startTestInstallation } from '@awo/testing';
import { awo } from '../../support/awo.ts';
import { commitsOf, ended, reached, stepOf } from '../../support/goals.ts';
import { greeter } from '../../support/services.ts';
import { startTraffic } from '../../support/traffic.ts';
import { lineOf } from './recorded.ts';

const OUT = join(import.meta.dirname, `v${COMMIT_VERSION}`);
const END_WITHIN_MS = 300_000;

/** A test of the repository that never ends: its goal is under way until another one takes its place. */
const HELD = `import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
test('never ends', async () => { for (;;) await setTimeout(1000); });
`;
const policy = (release: string) => `environments: [production]\nrelease: { ${release} }\n`;
const QUICK = policy('strategy: full, minRequests: 20, watchDeadline: 60s');

const repo = makeRepo({ ...greeter(), 'awo.yaml': QUICK });
const installation = await startTestInstallation();
const bus: Bus = await installation.as('operator');
const traffic = startTraffic(installation.home, 'production', { perSecond: 100 });

async function submit(spec: object): Promise<string> {
  const reply = await bus.submit(GoalSpec.parse(spec));
  if (!reply.accepted) throw new Error(reply.reason);
  return reply.goal;
}
const release = (more: object = {}) => submit({ kind: 'release', repo: repo.path, revision: repo.git('rev-parse', 'HEAD'), ...more });
const atTests = (goal: string) => reached(bus, goal, 'its tests', (state) => stepOf(state, 'run-tests')?.status === 'dispatched', END_WITHIN_MS);
const change = (greeting: string, more: Record<string, string | null> = {}) => repo.commitFiles({ ...greeter({ greeting }), ...more }, greeting);

async function record(name: string, goal: string): Promise<void> {
  const { outcome } = (await ended(bus, goal, END_WITHIN_MS)).ended;
  const commits = await commitsOf(bus, goal);
  writeFileSync(join(OUT, `${name}.jsonl`), commits.map(lineOf).join(''));
  console.log(`${name}: ${outcome}, ${commits.length} commits`);
}

try {
  if (existsSync(OUT)) throw new Error(`${OUT} is there already: what was recorded stays as it is.`);
  mkdirSync(OUT, { recursive: true });
  await record('first-release', await release());
  await record('refused', await submit({ kind: 'release', repo: repo.path, service: 'crat' }));
  repo.commitFiles({ 'greet.js': 'export const greet = (word) => `${word}, customer!`;\n' }, 'Louder');
  await record('stopped-by-a-test', await release());
  change('Good morning', { 'awo.yaml': policy('strategy: canary, minRequests: 50, watchDeadline: 60s') });
  await record('canary', await release());
  repo.commitFiles(
    greeter({ greeting: 'Oh no', more: "  if (Math.random() < 0.5) return void (response.writeHead(500), response.end('broken'));\n" }),
    'Broken',
  );
  await record('rolled-back', await release());
  change('Good day', { 'awo.yaml': QUICK });
  await ended(bus, await release(), END_WITHIN_MS);
  await record('assess', await submit({ kind: 'assess', repo: repo.path, revision: 'HEAD' }));
  await record('test', await submit({ kind: 'test', repo: repo.path, revision: 'HEAD' }));
  await record('rollback', await submit({ kind: 'rollback' }));
  change('Old news', { 'held.test.js': HELD });
  const old = await release();
  await atTests(old);
  change('Good evening', { 'held.test.js': null });
  const newer = await release({ onBusy: 'supersede' });
  await record('superseded', old);
  await ended(bus, newer, END_WITHIN_MS);
  change('Never', { 'awo.yaml': policy('strategy: canary, minRequests: 1000000') });
  const never = await release();
  await reached(bus, never, 'a watch', (state) => state.steps.some((s) => s.kind === 'watch-rollout' && s.wait !== undefined), END_WITHIN_MS);
  await awo(['abort', never, '--because', 'second thoughts'], installation.env);
  await record('aborted', never);
} finally {
  traffic.stop();
  await installation.stop();
  repo.remove();
}
