// `npm run chaos [-- --promise 1,2 --goals N --faults N --seed S --json FILE --write]`: every experiment at its full size, or at the one given.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { effectOnce } from './effect-once.ts';
import type { Experiment } from './experiment.ts';
import { neverLost } from './never-lost.ts';
import { tamper } from './tamper.ts';
import { inMarkdown, replaceFullRun } from './write-down.ts';
import type { Finished } from './write-down.ts';

/** One line per experiment. */
const EXPERIMENTS: Experiment[] = [neverLost, effectOnce, tamper];

const DOCUMENT = new URL('../../docs/chaos.md', import.meta.url);
const { values } = parseArgs({
  options: {
    promise: { type: 'string' },
    goals: { type: 'string' },
    faults: { type: 'string' },
    /** The same as --faults. */
    kills: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const wanted = values.promise?.split(',').map(Number);
const chosen = EXPERIMENTS.filter((e) => !wanted || wanted.includes(e.promise));
if (chosen.length === 0) {
  process.stderr.write(`No experiment for promise ${values.promise}. There are: ${EXPERIMENTS.map((e) => `${e.promise} ${e.name}`).join('; ')}\n`);
  process.exit(2);
}
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const faults = values.faults ?? values.kills;
console.log(`seed ${seed}, ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`);

// `exit` ends what an experiment has started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const finished: Finished[] = [];
for (const { promise, name, full, run } of chosen) {
  const size = { goals: Number(values.goals ?? full.goals), faults: Number(faults ?? full.faults) };
  console.log(`\n${promise}. ${name}: ${size.goals} goals, ${size.faults} faults`);
  const started = Date.now();
  const summary = await run({ size, seed, report: (line) => console.log(`   ${line}`) });
  const one = { promise, name, size, seed, wallS: Math.round((Date.now() - started) / 1000), ...summary };
  finished.push(one);
  for (const [what, count] of Object.entries(one.counts)) console.log(`   ${String(count).padStart(8)}  ${what}`);
  console.log(`   recovery  p50 ${one.recovery.p50Ms} ms, p99 ${one.recovery.p99Ms} ms, worst ${one.recovery.worstMs} ms (${one.recovery.count})`);
  for (const violation of one.violations.slice(0, 20)) console.log(`   VIOLATED  ${violation}`);
  console.log(`   ${one.violations.length} violations in ${one.wallS} s`);
}

if (values.json) writeFileSync(values.json, `${JSON.stringify(finished, null, 2)}\n`);
if (values.write) writeFileSync(DOCUMENT, replaceFullRun(readFileSync(DOCUMENT, 'utf8'), inMarkdown(finished)));
process.exitCode = finished.some((one) => one.violations.length > 0) ? 1 : 0;
