// node test/bench/impact-safety/own.ts [mistakes]: the same for this repository: mistakes in its pure packages, all of their unit tests run for each.
import { mutantsOf, sampleMutants } from '@awo/mutation';
import { fileURLToPath } from 'node:url';
import { auditMutants } from '../../../packages/cli/src/audit/mutant-audit.ts';

const [count = '20'] = process.argv.slice(2);
/** Packages whose tests start no server: a run of all takes seconds, not minutes. */
const SAMPLE = /^packages\/(analysis|canary-judge|goal|root-cause|mutation)\//;
const SEED = 1;

const audit = await auditMutants({
  repo: fileURLToPath(new URL('../../..', import.meta.url)),
  head: 'HEAD',
  base: null,
  mutants: Number(count),
  seed: SEED,
  jobs: 1,
  env: process.env,
  signal: new AbortController().signal,
  isTest: (path) => SAMPLE.test(path),
  given: async (texts) => {
    const sources = [...texts].filter(([path]) => SAMPLE.test(path) && path.endsWith('.ts') && !/\.(test|fixture)\.ts$|\/(testing|fixtures)\//.test(path));
    const all = await Promise.all(sources.map(([path, text]) => mutantsOf(path, text)));
    return sampleMutants(all.flat(), Number(count), SEED);
  },
  progress: (done, of) => console.error(`${done} of ${of}`),
});
const { failing, found, share, kinds, mutantsMissed } = audit.impact;
console.log(JSON.stringify({ tests: audit.tests.run, unstable: audit.tests.unstable, ...audit.mutants, failing, found, share, mutantsMissed, kinds }, null, 1));
for (const { file, line, description, missed } of audit.trials)
  for (const { test, suspect } of missed) console.log(`missed: ${test} when ${file}:${line} ${description} (${suspect.kind} ${suspect.name} at ${suspect.at})`);
