// `npm test`: every check there is, in one order, ending with one line of numbers. `-- --only unit,types` runs some of them.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { attach, capture } from './children.mjs';
import { bringCommand } from './command.mjs';
import { ROOT, TOOLS } from './paths.mjs';
import { openScratch } from './scratch.mjs';
import { readReport } from './test-report.mjs';
import { ensureToolchain } from './toolchain.mjs';

const REPORTS = join(TOOLS, 'reports');
const OUTSIDE_ERRORS = join(ROOT, 'bin', 'outside-errors-reporter.mjs');
const modules = (...parts) => join(ROOT, 'node_modules', ...parts);
const sources = ['packages', 'services', 'test', 'deploy', 'examples', 'bin'];
const suites = (...projects) => ({
  name: projects.join(','),
  report: join(REPORTS, `${projects.join('-')}.json`),
  args: [modules('vitest', 'vitest.mjs'), 'run', ...projects.flatMap((project) => ['--project', project])],
});

const STAGES = [
  { name: 'format', args: [modules('oxfmt', 'bin', 'oxfmt'), '--check', ...sources] },
  { name: 'lint', args: [modules('oxlint', 'bin', 'oxlint'), '--deny-warnings', ...sources] },
  { name: 'types', args: [modules('typescript', 'bin', 'tsc'), '-p', '.'] },
  { name: 'knip', args: [modules('knip', 'bin', 'knip.js')] },
];
/** Runs one after the other, each of those of its suites that are wanted: the first waits, one at a time; the second computes; the third waits for servers, processes and times. */
const GROUPS = [['speed'], ['architecture', 'unit', 'simulation'], ['requirements', 'flows', 'docs', 'traces']];
/** Ten thousand simulated histories take what the others leave of the processors: in a turn of their own they would be a fifth of the time. */
const BESIDE = ['seeds'];
/** Three times what the longest takes on two cores. */
const LIMIT_MS = 25 * 60_000;
const NAMES = [...STAGES.map((stage) => stage.name), ...GROUPS.flat(), ...BESIDE];

function chosen() {
  const args = process.argv.slice(2);
  const at = args.indexOf('--only');
  const names = at === -1 && args.length === 0 ? NAMES : (args[at + 1] ?? '').split(',');
  const unknown = at === -1 ? args : names.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`Unknown: ${unknown.join(', ')}. Usage: npm test [-- --only STAGE[,STAGE]], stages: ${NAMES.join(', ')}\n`);
    process.exit(2);
  }
  const wanted = (group) => group.filter((name) => names.includes(name));
  const runs = [BESIDE, ...GROUPS].map((group) => suites(...wanted(group)));
  return { first: STAGES.filter((stage) => names.includes(stage.name)), beside: runs[0], groups: runs.slice(1).filter((run) => run.name !== '') };
}

const { first, beside, groups } = chosen();
const { node } = await ensureToolchain();
await bringCommand(node);
mkdirSync(REPORTS, { recursive: true });
const begunAt = Date.now();
const env = { ...process.env, AWO_TEST_SCRATCH: openScratch() };
const total = { passed: 0, failed: 0, skipped: 0 };
const bad = [];
const failures = [];

/** `launch` gives the exit code. */
async function run(stage, launch) {
  const from = Date.now();
  if (stage.report) rmSync(stage.report, { force: true });
  const reporters = stage.report ? ['--reporter=default', '--reporter=json', `--reporter=${OUTSIDE_ERRORS}`, `--outputFile.json=${stage.report}`] : [];
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
const quietly = async (args) => {
  const { code, said } = await capture('nice', ['-n', '19', node, ...args], { cwd: ROOT, env, signal: over.signal }).then(
    (said) => ({ code: 0, said }),
    // All of it: the seed that repeats a failure stands anywhere in there.
    (error) => ({ code: 1, said: error.output ?? error.message }),
  );
  process.stdout.write(`${said.trimEnd()}\n`);
  return code;
};
const inTurn = async (stages) => {
  for (const stage of stages) {
    process.stdout.write(`\n== ${stage.name}\n`);
    await run(stage, (args) => attach(node, args, { cwd: ROOT, env, limitMs: LIMIT_MS }));
  }
};
await inTurn(first);
const running = beside.name === '' ? null : run(beside, quietly);
await inTurn(groups);
await running;
// Once more at the end: who reads a long output begins there.
for (const failure of failures) process.stdout.write(`\nFAILED ${failure}\n`);
process.stdout.write(`\n${bad.length === 0 ? 'All stages ok' : `Failed: ${bad.join(', ')}`} in ${Math.round((Date.now() - begunAt) / 1000)} s\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
