// The command with nothing running: usage errors, exit codes, and that it answers at once.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAwo } from './testing/real-bus.ts';

const dir = mkdtempSync(join(tmpdir(), 'awo-usage-'));
const nowhere = { AWO_HOME: join(dir, 'home') };
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('wrong usage ends with 2 and the nearest right word, because people mistype', () => {
  test.each([
    [['relase', 'cart'], /unknown command 'relase'\n\(Did you mean release\?\)/],
    [['release', '--stratgy', 'full'], /unknown option '--stratgy'\n\(Did you mean --strategy\?\)/],
    [['release', '--strategy', 'canaray'], /Did you mean "canary"\?/],
    [['get', 'last', '-o', 'jsn'], /Did you mean "json"\?/],
    [['agent', 'monitr'], /Did you mean "monitor"\?/],
    [['completion', 'powershell'], /Known: bash, zsh, fish/],
    [['tools', 'pni', 'x'], /Did you mean "pin"\?|too many arguments/],
    [['tools', 'add', 'x'], /How is the server started or reached\?/],
    [['get'], /missing required argument 'goal'/],
    [['scale', 'test'], /Such as: awo scale test=3/],
    [['watch'], /awo watch --all/],
    [['submit', 'relase cart'], /Did you mean "release"\?[\s\S]*release cart to production/],
    [['submit', 'no-such-file.yaml'], /no-such-file\.yaml cannot be read/],
    [['release', '--repo', '/'], /is not in a git repository/],
    [['release', 'ca/rt'], /"ca\/rt" cannot be the service/],
  ])('awo %j', async (args, says) => {
    const { code, err, out } = await runAwo(args, { env: nowhere, cwd: dir });
    expect(err).toMatch(says);
    expect(err + out).not.toMatch(/^ {4}at /m);
    expect(code).toBe(2);
  });

  test('a goal file is refused with file, line, value and what was expected', async () => {
    const file = join(dir, 'goal.yaml');
    writeFileSync(file, 'kind: release\nservice: cart\nenviroment: production\n');
    const unknown = await runAwo(['submit', file], { env: nowhere, cwd: dir });
    expect(unknown).toMatchObject({
      code: 2,
      err: expect.stringMatching(/goal\.yaml:3: "enviroment" is no field of this goal\.\nDid you mean "environment"\?/),
    });
    writeFileSync(file, 'kind: release\nemergncy: nobody can pay\n');
    const near = await runAwo(['submit', file], { env: nowhere, cwd: dir });
    expect(near).toMatchObject({ code: 2, err: expect.stringMatching(/Did you mean "emergency"\?/) });
    writeFileSync(file, 'kind: release\nstrategy: slow\n');
    const wrong = await runAwo(['submit', file], { env: nowhere, cwd: dir });
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/goal\.yaml:2: strategy is "slow": .*canary/) });
  });
});

describe('where nothing runs, it says how to start it and ends with 3', () => {
  test.each([
    ['ps'],
    ['get', 'last'],
    ['release', 'cart'],
    ['submit', 'test main'],
    ['log', 'last'],
    ['abort', 'last'],
    ['tools'],
    ['scale', 'test=2'],
    ['agent', 'test'],
  ])('awo %s %s', async (...args) => {
    const { code, err } = await runAwo(args.filter(Boolean), { env: nowhere, cwd: dir });
    expect(err).toMatch(/npx awo up/);
    expect(code).toBe(3);
  });

  test('a server that does not answer is named, without a stack trace; --debug shows where it came from', async () => {
    const env = { ...nowhere, NATS_URL: 'nats://127.0.0.1:1' };
    const quiet = await runAwo(['ps'], { env });
    expect(quiet).toMatchObject({ code: 3, err: expect.stringContaining('No bus answers at nats://127.0.0.1:1') });
    expect(quiet.err).not.toMatch(/^ {4}at /m);
    expect((await runAwo(['ps', '--debug'], { env })).err).toMatch(/^ {4}at /m);
  });

  test('down says that nothing was running, because that is what was asked for', async () => {
    expect(await runAwo(['down'], { env: nowhere, cwd: dir })).toMatchObject({ code: 0, out: expect.stringContaining('Nothing was running') });
  });

  test('doctor lists what is wrong with the installation', async () => {
    expect(await runAwo(['doctor'], { env: nowhere, cwd: dir })).toMatchObject({ code: 3, out: expect.stringContaining('nothing runs in') });
  });
});

describe('help', () => {
  test('awo alone and awo --help list every command, within 300 ms, because people type it while they think', async () => {
    const first = await runAwo(['--help']);
    expect(first.code).toBe(0);
    for (const command of [
      'up',
      'down',
      'release',
      'submit',
      'get',
      'watch',
      'explain',
      'log',
      'ps',
      'doctor',
      'tools',
      'agent',
      'scale',
      'test',
      'rollback',
      'abort',
      'trace',
      'replay',
      'completion',
    ]) {
      expect(first.out).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
    expect((await runAwo([])).out).toBe(first.out);
  });

  test('there is no escape sequence where the output is no terminal', async () => {
    // oxlint-disable-next-line no-control-regex
    expect((await runAwo(['--help'])).out).not.toMatch(/\u001B/);
  });
});

describe('completion', () => {
  test('the bash script completes commands, options and values', async () => {
    const { out } = await runAwo(['completion', 'bash']);
    const complete = (words: string[]) => {
      const script = `${out}\nCOMP_WORDS=(${words.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _awo; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
    };
    expect(complete(['awo', 'rel'])).toEqual(['release']);
    expect(complete(['awo', 'release', '--str'])).toEqual(['--strategy']);
    expect(complete(['awo', 'release', 'cart', '--strategy', ''])).toEqual(['auto', 'full', 'blue-green', 'canary']);
    expect(complete(['awo', 'tools', ''])).toEqual(expect.arrayContaining(['add', 'pin', 'remove']));
    expect(complete(['awo', 'agent', 'mon'])).toEqual(['monitor']);
  });

  test.each(['zsh', 'fish'])('there is one for %s', async (shell) => {
    expect(await runAwo(['completion', shell])).toMatchObject({ code: 0, out: expect.stringMatching(/release[\s\S]*rollback/) });
  });
});

describe('doctor on a repository needs nothing that runs', () => {
  const repo = join(dir, 'shop');
  beforeAll(() => {
    const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: dir });
    git('init', '-q', repo);
    writeFileSync(
      join(repo, 'package.json'),
      JSON.stringify({ name: 'shop', type: 'module', scripts: { start: 'node server.js', test: 'node --test' } }, null, 2),
    );
    writeFileSync(join(repo, 'server.js'), "import { createServer } from 'node:http';\ncreateServer((q, r) => r.end('ok')).listen(process.env.PORT);\n");
    git('-C', repo, 'add', '-A');
    git('-C', repo, 'commit', '-q', '-m', 'A shop');
  });

  test('each finding comes with the line it was found at, and the awo.yaml that would pin it', async () => {
    const { code, out } = await runAwo(['doctor', '--repo', repo], { env: nowhere });
    expect(out).toMatch(/shop .*node server\.js.*package\.json:\d+/);
    expect(out).toMatch(/services:\n +shop:/);
    expect(code).toBe(0);
  });

  test('--write writes it once and never over one that is there', async () => {
    expect(await runAwo(['doctor', '--write'], { env: nowhere, cwd: repo })).toMatchObject({ code: 0 });
    const written = readFileSync(join(repo, 'awo.yaml'), 'utf8');
    expect(written).toContain('server.js');
    expect(await runAwo(['doctor', '--write'], { env: nowhere, cwd: repo })).toMatchObject({ code: 1, err: expect.stringContaining('was not touched') });
    expect(readFileSync(join(repo, 'awo.yaml'), 'utf8')).toBe(written);
  });

  test('a wrong awo.yaml is shown with file, line, value and what was expected', async () => {
    writeFileSync(join(repo, 'awo.yaml'), 'services:\n  shop:\n    heath: /\n');
    expect(await runAwo(['doctor'], { env: nowhere, cwd: repo })).toMatchObject({ code: 1, err: expect.stringMatching(/awo\.yaml:3:\d+ +heath/) });
  });
});
