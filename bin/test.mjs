// `npm test`: every check there is, in one order, ending with one line of numbers. `-- --only unit,types` runs some of them.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { attach, capture } from './children.mjs';
import { ROOT, TOOLS } from './paths.mjs';
import { readReport } from './test-report.mjs';
import { ensureToolchain } from './toolchain.mjs';

const REPORTS = join(TOOLS, 'reports');
const modules = (...parts) => join(ROOT, 'node_modules', ...parts);
const sources = ['packages', 'services', 'test', 'deploy', 'examples', 'bin'];
const suites = (projects, workers) => ({
  name: projects.join(','),
  report: join(REPORTS, `${projects.join('-')}.json`),
  args: [modules('vitest', 'vitest.mjs'), 'run', `--maxWorkers=${workers}`, ...projects.flatMap((project) => ['--project', project])],
});

const STAGES = [
  { name: 'format', args: [modules('oxfmt', 'bin', 'oxfmt'), '--check', ...sources] },
  { name: 'lint', args: [modules('oxlint', 'bin', 'oxlint'), '--deny-warnings', ...sources] },
  { name: 'types', args: [modules('typescript', 'bin', 'tsc'), '-p', '.'] },
  { name: 'knip', args: [modules('knip', 'bin', 'knip.js')] },
  suites(['speed'], 1),
];
/**
 * Runs that go side by side, each of those of its suites that are wanted: one waits for servers and processes while another computes.
 * `nice`: what measures times goes first, and simulated histories get what nobody else wants.
 */
const SIDE_BY_SIDE = [
  { suites: ['requirements', 'flows', 'docs', 'traces'], workers: 3, nice: 0 },
  { suites: ['architecture', 'unit', 'simulation'], workers: 2, nice: 5 },
  { suites: ['seeds'], workers: 1, nice: 19 },
];
const NAMES = [...STAGES.map((stage) => stage.name), ...SIDE_BY_SIDE.flatMap((side) => side.suites)];

function chosen() {
  const args = process.argv.slice(2);
  const at = args.indexOf('--only');
  const names = at === -1 && args.length === 0 ? NAMES : (args[at + 1] ?? '').split(',');
  const unknown = at === -1 ? args : names.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`Unknown: ${unknown.join(', ')}. Usage: npm test [-- --only STAGE[,STAGE]], stages: ${NAMES.join(', ')}\n`);
    process.exit(2);
  }
  const sides = SIDE_BY_SIDE.map((side) => ({ ...side, suites: side.suites.filter((name) => names.includes(name)) }));
  return { first: STAGES.filter((stage) => names.includes(stage.name)), sides: sides.filter((side) => side.suites.length > 0) };
}

const { first, sides } = chosen();
const { node } = await ensureToolchain();
mkdirSync(REPORTS, { recursive: true });
const begunAt = Date.now();
const total = { passed: 0, failed: 0, skipped: 0 };
const bad = [];
const failures = [];

/** `launch` gives the exit code. */
async function run(stage, launch) {
  const from = Date.now();
  if (stage.report) rmSync(stage.report, { force: true });
  const reporters = stage.report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${stage.report}`] : [];
  const code = await launch([...stage.args, ...reporters]);
  if (code >= 128) process.exit(code);
  const count = readReport(stage.report, code);
  failures.push(...count.failures);
  for (const key of Object.keys(total)) total[key] += count[key];
  if (code !== 0) bad.push(stage.name);
  process.stdout.write(`== ${stage.name}: ${code === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - from) / 1000).toFixed(1)} s\n`);
}

const over = new AbortController();
// A stage that was killed ends everything: what runs beside it must not live on.
process.once('exit', () => over.abort());
const quietly = (niceness) => async (args) => {
  const { code, said } = await capture('nice', ['-n', String(niceness), node, ...args], { cwd: ROOT, signal: over.signal }).then(
    (said) => ({ code: 0, said }),
    // All of it: the seed that repeats a failure stands anywhere in there.
    (error) => ({ code: 1, said: error.output ?? error.message }),
  );
  process.stdout.write(`${said.trimEnd()}\n`);
  return code;
};
const inSight = (args) => attach(node, args, { cwd: ROOT });
for (const stage of first) {
  process.stdout.write(`\n== ${stage.name}\n`);
  await run(stage, inSight);
}
if (sides.length > 0) process.stdout.write(`\n== ${sides.map((side) => side.suites.join(',')).join('; beside it, and shown when it has ended: ')}\n`);
// One can be watched; the others say what they have to say when they have ended.
await Promise.all(sides.map((side, n) => run(suites(side.suites, side.workers), n === 0 ? inSight : quietly(side.nice))));
// Once more at the end: who reads a long output begins there.
for (const failure of failures) process.stdout.write(`\nFAILED ${failure}\n`);
process.stdout.write(`\n${bad.length === 0 ? 'All stages ok' : `Failed: ${bad.join(', ')}`} in ${Math.round((Date.now() - begunAt) / 1000)} s\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
