// How soon the first failure shows, from run to run: node test/bench/first-failure.ts. Twelve suites, one of which breaks with most changes.
import { makeRepo, temporaryFolder } from '@awo/testing';
import { z } from 'zod';
import { awo } from '../support/awo.ts';

const SUITES = 12;
const RUNS = 6;
/** The last by name: without a history nothing speaks for it. */
const WEAK = 'u11';
const Answer = z.object({
  firstFailureMs: z.number().nullable(),
  durationMs: z.number(),
  order: z.array(z.object({ suite: z.string(), because: z.string() })),
});

const name = (i: number): string => `u${String(i).padStart(2, '0')}`;
const test = (ms: number, more: string): string =>
  `import { test } from 'node:test';\nimport { setTimeout } from 'node:timers/promises';\nimport { level } from '../../shared/level.js';\ntest('holds', async () => { await setTimeout(${ms}); ${more} });\n`;

const files: Record<string, string> = {
  'shared/package.json': '{"name":"shared","version":"1.0.0","type":"module"}',
  'shared/level.js': 'export const level = 0;\n',
};
for (let i = 0; i < SUITES; i += 1) {
  files[`${name(i)}/package.json`] = JSON.stringify({ name: name(i), version: '1.0.0', type: 'module', scripts: { test: 'node --test' } });
  files[`${name(i)}/test/${name(i)}.test.js`] = test(300 + 100 * i, name(i) === WEAK ? "if (level % 5 !== 0) throw new Error('no');" : 'level.toFixed();');
}
const repo = makeRepo(files);
const home = temporaryFolder('first-failure');
console.log('| run | first failure | place of the failing suite | all suites | why it stands there |\n|---|---|---|---|---|');
for (let run = 1; run <= RUNS; run += 1) {
  repo.commitFiles({ 'shared/level.js': `export const level = ${run};\n` }, `Level ${run}`);
  const { out, err } = await awo(['test', 'run', '--repo', repo.path, '-o', 'json'], { ...process.env, AWO_HOME: home.path });
  if (out === '') throw new Error(err);
  const { firstFailureMs, durationMs, order } = Answer.parse(JSON.parse(out));
  const place = order.findIndex(({ suite }) => suite === WEAK);
  const shown = firstFailureMs === null ? 'none' : `${(firstFailureMs / 1000).toFixed(1)} s`;
  console.log(`| ${run} | ${shown} | ${place + 1} of ${order.length} | ${(durationMs / 1000).toFixed(1)} s | ${order[place]?.because ?? ''} |`);
}
repo.remove();
home.remove();
