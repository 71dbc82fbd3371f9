// The launchers in bin/ and .ci/run as processes: exit codes, signals, one installer at a time, a clear word without a network.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder, waitFor } from '@awo/testing';
import { afterEach, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const cleanUp: (() => unknown)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0).toReversed()) step();
});

function folder(): string {
  const made = temporaryFolder('launcher');
  cleanUp.push(made.remove);
  return made.path;
}

function start(args: string[], options: { env?: NodeJS.ProcessEnv } = {}) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  cleanUp.push(() => child.kill('SIGKILL'));
  const run = { child, out: '', ended: new Promise<number | null>((done) => child.once('close', done)) };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (run.out += chunk.toString()));
  return run;
}

test('a launcher hands on arguments and signals, and ends with the code of what it started', async () => {
  const file = join(folder(), 'program.mjs');
  writeFileSync(file, `process.on('SIGTERM', () => process.exit(process.argv.length)); console.log('ready'); setInterval(() => {}, 1000);`);
  const run = start([join(ROOT, 'bin/run.mjs'), file, 'one', 'two']);
  await waitFor(() => run.out.includes('ready'), { what: 'the program to run' });
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(4);
});

test('a run that does not end is ended, as a stray process may hold its output open for ever', async () => {
  const program = `const { attach } = await import(${JSON.stringify(join(ROOT, 'bin/children.mjs'))});
    const code = await attach(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { limitMs: 600 });
    console.log('code', code);`;
  const run = start(['--input-type=module', '-e', program]);
  expect(await run.ended).toBe(0);
  expect(run.out).toMatch(/lives on\.[^]*code 1/);
});

test.runIf(process.platform === 'linux')(
  'what was started in the folder of a run is ended with the run, or an installation of a run that was broken off would go on for ever',
  async () => {
    const child = `setInterval(() => {}, 1000); process.stdout.write('ready\\n')`;
    const program = `const { openScratch } = await import(${JSON.stringify(join(ROOT, 'bin/scratch.mjs'))});
    const { spawn } = await import('node:child_process');
    const path = openScratch();
    const begin = (home) => spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { env: { HOME: home }, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const [inside, outside] = [begin(path + '/home'), begin('/')];
    await Promise.all([inside, outside].map((one) => new Promise((ready) => one.stdout.once('data', ready))));
    console.log(JSON.stringify({ path, inside: inside.pid, outside: outside.pid }));
    process.exit(3);`;
    const run = start(['--input-type=module', '-e', program]);
    expect(await run.ended).toBe(3);
    const { path, inside, outside } = JSON.parse(run.out) as { path: string; inside: number; outside: number };
    // One that has ended and that nobody waited for has no program any more.
    const runs = (pid: number) => existsSync(`/proc/${pid}/exe`);
    // Where the check fails neither may live on.
    cleanUp.push(() => [inside, outside].filter(runs).forEach((pid) => process.kill(pid, 'SIGKILL')));
    await waitFor(() => !runs(inside), { what: 'the process in the folder to be gone' });
    expect([existsSync(path), runs(outside)]).toEqual([false, true]);
  },
);

const HOLDER = `
  const { holding } = await import(process.argv[2]);
  const { appendFileSync } = await import('node:fs');
  await holding(process.argv[3], async () => {
    appendFileSync(process.argv[4], 'in\\n');
    await new Promise((done) => setTimeout(done, Number(process.argv[5])));
    appendFileSync(process.argv[4], 'out\\n');
  });
`;

test('of several starts one installs at a time, and one that was killed does not block the others', async () => {
  const place = folder();
  const [holder, lock, log] = [join(place, 'holder.mjs'), join(place, 'lock'), join(place, 'log')];
  writeFileSync(holder, HOLDER);
  const hold = (ms: number) => start([holder, join(ROOT, 'bin/lock.mjs'), lock, log, String(ms)]);
  const killed = hold(600_000);
  await waitFor(() => existsSync(log), { what: 'the first to hold the lock' });
  const others = [hold(50), hold(50), hold(50)];
  await waitFor(() => others.every((one) => one.out.includes('waiting for it')), { what: 'the others to wait' });
  killed.child.kill('SIGKILL');
  expect(await Promise.all(others.map((one) => one.ended))).toEqual([0, 0, 0]);
  expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual(['in', 'in', 'out', 'in', 'out', 'in', 'out']);
  expect(existsSync(lock)).toBe(false);
});

test('without a way to the registry the start ends with 3 and says what to do', async () => {
  const place = folder();
  cpSync(join(ROOT, 'bin'), join(place, 'bin'), { recursive: true });
  writeFileSync(join(place, 'pnpm-lock.yaml'), '');
  const run = start([join(place, 'bin/start.mjs')], { env: { PATH: process.env['PATH'], HOME: place, npm_config_registry: 'http://127.0.0.1:1/' } });
  expect(await run.ended).toBe(3);
  expect(run.out).toMatch(/^\[ +0\.\d s\] Fetching .* from npm into \.tools\//);
  expect(run.out).toMatch(/Way out: reach the npm registry .* or install Node 24\.12 or newer/);
  expect(run.out).not.toMatch(/^ +at /m);
}, 120_000);

const MADE_OF = ['packages/cli/src/main.ts', 'pnpm-lock.yaml', 'bin/bundle-command.mjs'];
/** A checkout of nothing but the launcher, whose Node tells what it was asked to run. */
function bareCheckout() {
  const root = realpathSync(folder());
  const put = (file: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text, { mode });
  };
  for (const file of ['.tools/toolchain.json', 'node_modules/.awo-installed.json', '.tools/command/v1/main.mjs', ...MADE_OF]) put(file, '');
  put('.tools/node_modules/.bin/node', '#!/bin/sh\necho "$2"', 0o755);
  put('.tools/command/current', `${root}\nv1\n`);
  cpSync(join(ROOT, 'bin/awo'), join(root, 'bin/awo'));
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(root, '.tools/command/current'), later, later);
  return { root, runs: (...args: string[]) => spawnSync(join(root, 'bin/awo'), args, { encoding: 'utf8' }).stdout.trim() };
}

test('awo runs in one piece as long as that is what the sources say, so that an edit is never without effect', () => {
  const { root, runs } = bareCheckout();
  const source = join(root, 'packages/cli/src/main.ts');
  expect(runs('ps')).toBe(join(root, '.tools/command/v1/main.mjs'));
  // A place in one big file would tell nobody where the error is.
  expect(runs('ps', '--debug')).toBe(source);
  writeFileSync(join(root, '.tools/command/current'), `/elsewhere\nv1\n`);
  expect(runs('ps')).toBe(source);
  writeFileSync(join(root, '.tools/command/current'), `${root}\nv1\n`);
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(root, '.tools/command/current'), later, later);
  for (const file of MADE_OF) {
    const piece = statSync(join(root, '.tools/command/current')).mtime;
    expect(runs('ps'), file).toBe(join(root, '.tools/command/v1/main.mjs'));
    utimesSync(join(root, file), piece, new Date(piece.getTime() + 60_000));
    expect(runs('ps'), file).toBe(source);
    utimesSync(join(root, file), piece, piece);
  }
});

test('the command in one piece finds in a repository what its sources find: putting it together changes no text that it looks for', () => {
  const [repo, piece] = [folder(), folder()];
  const git = (...args: string[]) => spawnSync('git', ['-C', repo, '-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], { encoding: 'utf8' });
  mkdirSync(join(repo, 'test'));
  writeFileSync(join(repo, 'package.json'), '{"name":"worker","type":"module","scripts":{"test":"node --test"}}');
  writeFileSync(join(repo, 'work.js'), 'console.log(1);\n');
  writeFileSync(join(repo, 'test/work.test.js'), "import { Worker } from 'node:worker_threads';\nnew Worker(new URL('../work.js', import.meta.url));\n");
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'one');
  writeFileSync(join(repo, 'work.js'), 'console.log(2);\n');
  git('commit', '-qam', 'two');
  expect(spawnSync(process.execPath, [join(ROOT, 'bin/bundle-command.mjs'), piece], { encoding: 'utf8' }).stderr).toBe('');
  const impact = (main: string): unknown => {
    const env = { ...process.env, AWO_HOME: folder() };
    const { stdout } = spawnSync(process.execPath, [main, 'impact', '--repo', repo, '-o', 'json'], { encoding: 'utf8', env });
    return (JSON.parse(stdout) as { tests: { reasons: unknown[] }[] }).tests;
  };
  const found = impact(join(ROOT, 'packages/cli/src/main.ts'));
  expect(found).toMatchObject([{ file: 'test/work.test.js' }]);
  expect(impact(join(piece, 'main.mjs'))).toEqual(found);
});

test.each([
  { start: 0, test: 0, says: '5 passed, 0 failed, 2 skipped', last: '5 passed, 0 failed', code: 0 },
  { start: 0, test: 1, says: '5 passed, 2 failed', last: '5 passed, 2 failed', code: 1 },
  { start: 1, test: 0, says: '5 passed, 0 failed', last: '5 passed, 1 failed', code: 1 },
  { start: 0, test: 1, says: 'crashed before it could count', last: '0 passed, 1 failed', code: 1 },
])('.ci/run ends with the runner’s count: start $start, test $test, "$says"', ({ start: started, test: tested, says, last, code }) => {
  const bin = join(folder(), 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n[ "$*" = "start -- --once" ] && exit ${started}\necho "${says}"\nexit ${tested}\n`, { mode: 0o755 });
  const { stdout, status } = spawnSync('bash', [join(ROOT, '.ci/run')], { encoding: 'utf8', env: { PATH: `${bin}:${process.env['PATH']}` } });
  expect(stdout.trim().split('\n').at(-1)).toBe(last);
  expect(status).toBe(code);
});
