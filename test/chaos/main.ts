// `npm run chaos [-- --promise 1,2 --goals N --faults N --seed S --json FILE --write]`: every experiment at its full size, or at the one given.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { durable } from './durability/durable.ts';
import { effectOnce } from './effect-once.ts';
import { recoveryOf } from './experiment.ts';
import type { Experiment, Size, Summary } from './experiment.ts';
import { neverLost } from './never-lost.ts';
import { staleWorker } from './stale-worker.ts';
import { neverStuck } from './stuck/never-stuck.ts';
import { tamper } from './tamper.ts';
import { withRun } from './write-down.ts';
import type { Finished } from './write-down.ts';

/** One line per experiment. */
const EXPERIMENTS: Experiment[] = [neverLost, effectOnce, staleWorker, durable, tamper, neverStuck];

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
const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`;
console.log(`seed ${seed}, ${machine}`);

// `exit` ends what an experiment has started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const day = new Date().toISOString().slice(0, 10);
const finished: Finished[] = [];
for (const experiment of chosen) {
  const { promise, name, full } = experiment;
  const size = { goals: Number(values.goals ?? full.goals), faults: Number(faults ?? full.faults) };
  console.log(`\n${promise}. ${name}: ${size.goals} goals, ${size.faults} faults`);
  const started = Date.now();
  const summary = await summaryOf(experiment, size);
  const one = { promise, name, size, seed, day, machine, wallS: Math.round((Date.now() - started) / 1000), ...summary };
  finished.push(one);
  for (const [what, count] of Object.entries(one.counts)) console.log(`   ${String(count).padStart(8)}  ${what}`);
  console.log(`   recovery  p50 ${one.recovery.p50Ms} ms, p99 ${one.recovery.p99Ms} ms, worst ${one.recovery.worstMs} ms (${one.recovery.count})`);
  for (const violation of one.violations.slice(0, 20)) console.log(`   VIOLATED  seed ${seed}: ${violation}`);
  console.log(`   ${one.violations.length} violations in ${one.wallS} s`);
  // After each: a run of an hour that is ended early is not lost.
  if (values.json) writeFileSync(values.json, `${JSON.stringify(finished, null, 2)}\n`);
  if (values.write) writeFileSync(DOCUMENT, withRun(readFileSync(DOCUMENT, 'utf8'), one));
}
process.exit(finished.some((one) => one.violations.length > 0) ? 1 : 0);

/** An experiment that breaks off is a promise that has not been shown; the others still run. */
async function summaryOf({ run }: Experiment, size: Size): Promise<Summary> {
  try {
    return await run({ size, seed, report: (line) => console.log(`   ${line}`) });
  } catch (error) {
    return { counts: {}, violations: [`the experiment broke off: ${error instanceof Error ? error.message : String(error)}`], recovery: recoveryOf([]) };
  }
}
