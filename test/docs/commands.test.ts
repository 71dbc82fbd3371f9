// Every command of the documentation is run, in reading order, against one installation and a small real repository.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { makeRepo, startTestInstallation, waitFor } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { blocksOf, commandsOf, guides, ROOT } from './pages.ts';
import type { Command } from './pages.ts';

/** Run by .ci/run or by people who wait: here it is only seen that they exist. */
const RECOGNISED = /^(npm start|npm test|npm run [a-z:]+)( |$)/;
/** Generators that would write into the checkout while other tests read it; each has a test of its own. */
const GENERATORS = /^node (test\/docs\/asyncapi\/main\.ts|packages\/repository\/src\/schema\.ts|packages\/code-graph\/src\/impact-schema\.ts)$/;
const LAST = 'npx awo down';
const LONG_RUNNING = /^npx awo agent /;
/** Exit codes other than 0 that are right: no Jaeger is here, and it says so. */
const EXIT_CODES: [RegExp, number[]][] = [[/--jaeger$/, [0, 3]]];

const server = (greeting: string) => `import { createServer } from 'node:http';
createServer((_request, response) => response.end('${greeting}\\n')).listen(process.env.PORT, '127.0.0.1');
`;
const FILES = {
  'package.json': JSON.stringify({
    name: 'hello',
    version: '1.0.0',
    private: true,
    type: 'module',
    scripts: { start: 'node src/server.js', test: 'node --test' },
  }),
  'src/server.js': server('hello'),
  'test/greeting.test.js': `import assert from 'node:assert';\nimport test from 'node:test';\ntest('one is one', () => assert.equal(1, 1));\n`,
};

let installation: TestInstallation;
let repository: TestRepository;

beforeAll(async () => {
  repository = makeRepo(FILES);
  // The folder that has the foreign tool server installed, so that npx finds it without a network.
  process.chdir(join(ROOT, 'test'));
  installation = await startTestInstallation({ env: { CI: 'true', NO_COLOR: '1', PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) } });
  process.chdir(ROOT);
});
afterAll(async () => {
  await installation?.stop();
  repository?.remove();
});

const filled = (command: string) =>
  command
    .replaceAll(/\bPATH\b/g, repository.path)
    .replaceAll(/\bGOAL\b/g, 'last')
    .replaceAll(/\bCHECKOUT\b/g, ROOT);

/** The line as a person would paste it: the shell is part of what is tested. */
function start(line: string) {
  const child = spawn('sh', ['-c', `exec ${line}`.replace(/^exec cd /, 'cd ')], {
    cwd: ROOT,
    env: installation.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const run = { child, said: '', ended: new Promise<number | null>((done) => child.once('close', done)) };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (run.said += chunk.toString()));
  return run;
}

/** The gate that docs/tools.md shows, for the releases after its server has been attached. */
const GATE = guides()
  .filter(({ file }) => file === 'docs/tools.md')
  .flatMap(blocksOf)
  .find(({ language }) => language === 'yaml')?.text;

let changes = 0;
let attached = false;
/** A second release of what runs would be refused, rightly. */
const change = () =>
  repository.commitFiles({ 'src/server.js': server(`hello ${++changes}`), ...(attached ? { 'awo.yaml': GATE ?? null } : {}) }, `Greeting ${changes}`);

/** Goals that were published and not waited for resolve HEAD when their turn comes: a commit made now would be theirs. */
const quiet = async () => {
  const bus = await installation.as('operator');
  await waitFor(async () => (await bus.goals()).every(({ commit }) => commit.state.ended !== undefined), { what: 'every goal to end', timeoutMs: 120_000 });
};

async function execute({ file, line, command }: Command): Promise<void> {
  if (/ awo (release|plan|rollback|explain) /.test(command)) await quiet();
  if (/ awo (release|plan) /.test(command)) change();
  if (/ awo rollback /.test(command)) {
    // There has to be something to go back to.
    change();
    await start(filled('npx awo release --repo PATH --wait')).ended;
  }
  const run = start(filled(command));
  if (LONG_RUNNING.test(command)) {
    await waitFor(() => run.said.includes('at work'), { what: command });
    if (run.child.pid) process.kill(-run.child.pid, 'SIGTERM');
    expect([0, 130, 143, null]).toContain(await run.ended);
    return;
  }
  const code = await run.ended;
  const right = EXIT_CODES.find(([pattern]) => pattern.test(command))?.[1] ?? [0];
  expect(right, `${file}:${line}: ${command}\nended with ${code}\n${run.said.slice(-3000)}`).toContain(code);
  if (attached && / awo release /.test(command)) expect(run.said).toContain('gate-passed');
  if (/ tools add /.test(command)) attached = true;
}

const commands = commandsOf(guides());
const executed = commands.filter(({ command }) => !RECOGNISED.test(command) && !GENERATORS.test(command) && command !== LAST);

describe('what .ci/run or a person runs', () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  test.each(commands.filter(({ command }) => RECOGNISED.test(command)))('$file:$line  $command  is a script of the project', ({ command }) => {
    const [, one, two] = command.split(' ');
    expect(Object.keys(scripts)).toContain(one === 'run' ? two : one);
    const stages = /--only (\S+)/.exec(command)?.[1]?.split(',') ?? [];
    const runner = readFileSync(join(ROOT, 'bin/test.mjs'), 'utf8');
    expect(stages.filter((stage) => !runner.includes(`'${stage}'`))).toEqual([]);
  });
});

describe('what anybody may type', () => {
  test.each(executed)('$file:$line  $command', execute);
  test('the last command ends everything', () => execute({ file: 'README.md', line: 0, command: LAST }));
});
