// Tests of server in mcp-git.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger } from '@awo/telemetry';
import type { Repository } from '@awo/repository';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRepositories } from './open-repositories.ts';
import { type GitTools, gitTools } from './server.ts';

let dir: string;
let served: GitTools;
const shas: string[] = [];

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], { cwd: dir, encoding: 'utf8' }).trim();
function commit(files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  git('add', '-A');
  git('commit', '-qm', `change ${shas.length}`);
  shas.push(git('rev-parse', 'HEAD'));
}

/** Calls a tool as the server does: arguments parsed, output checked. */
async function call(name: string, args: object): Promise<Record<string, unknown>> {
  const found = served.tools.find(({ capability }) => capability.name === name);
  if (!found) throw new Error(`no tool ${name}`);
  return found.handle(args, { key: null, fence: 0, signal: new AbortController().signal, log: createLogger('test', 'test-1', 'silent') });
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'awo-mcp-git-'));
  git('init', '-q', '-b', 'main');
  commit({
    'package.json': '{"private":true,"workspaces":["apps/*","packages/*"]}',
    'packages/money/package.json': '{"name":"@shop/money","exports":"./index.js","type":"module","scripts":{"test":"node --test"}}',
    'packages/money/index.js': 'export const round = Math.round;\n',
    'apps/cart/package.json': '{"name":"cart","type":"module","scripts":{"start":"node main.js","test":"node --test"},"dependencies":{"@shop/money":"*"}}',
    'apps/cart/main.js':
      "import { createServer } from 'node:http';\nimport { round } from '@shop/money';\ncreateServer((q, s) => s.end(String(round(1)))).listen(process.env.PORT);\n",
    'apps/web/package.json': '{"name":"web","type":"module","scripts":{"start":"node main.js"}}',
    'apps/web/main.js': "import { createServer } from 'node:http';\ncreateServer((q, s) => s.end()).listen(process.env.PORT);\n",
  });
  commit({ 'packages/money/index.js': 'export const round = Math.floor;\n' });
  served = gitTools({ cacheDir: join(dir, '.git', 'cache') });
});
afterAll(async () => {
  await served.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the tools of mcp-git', () => {
  test('a branch is found as the commit it names, with its parent', async () => {
    expect(await call('vcs.resolve', { repo: join(dir, 'apps'), ref: 'main' })).toMatchObject({ sha: shas[1], parent: shas[0], subject: 'change 1' });
  });

  test('an unknown ref is refused and the repository stays usable', async () => {
    await expect(call('vcs.resolve', { repo: dir, ref: 'mian' })).rejects.toMatchObject({ code: 'unknown-revision', message: expect.stringContaining('main') });
    expect(await call('vcs.resolve', { repo: dir, ref: 'HEAD' })).toMatchObject({ sha: shas[1] });
  });

  test('what the repository is made of is told at a commit', async () => {
    const model = await call('vcs.describe', { repo: dir, sha: shas[1] });
    expect((model['services'] as { name: string }[]).map(({ name }) => name).toSorted()).toEqual(['cart', 'web']);
  });

  test('a change of a library reaches the service that uses it and not the other', async () => {
    const reach = await call('vcs.reach', { repo: dir, base: shas[0], head: shas[1] });
    expect((reach['units'] as { id: string; change: string }[]).map(({ id, change }) => `${id} ${change}`)).toEqual([
      'apps/cart implicit',
      'packages/money direct',
    ]);
    expect(reach['fallback']).toBeNull();
  });

  test('without a base everything is direct', async () => {
    const reach = await call('vcs.reach', { repo: dir, base: null, head: shas[1] });
    expect(reach['fallback']).toMatchObject({ kind: 'no-base' });
  });

  test('commits are told newest first with their files', async () => {
    const { commits } = await call('vcs.commits', { repo: dir, base: null, head: shas[1] });
    expect(commits).toMatchObject([{ sha: shas[1], files: ['packages/money/index.js'] }, { sha: shas[0] }]);
  });

  test('a folder without a repository is refused by name', async () => {
    await expect(call('vcs.resolve', { repo: tmpdir(), ref: 'HEAD' })).rejects.toMatchObject({ code: 'unknown-repository' });
  });
});

describe('openRepositories', () => {
  const fake =
    (closed: string[]) =>
    async (path: string): Promise<Repository> =>
      ({ root: path, close: async () => void closed.push(path) }) as Repository;

  test('the repository that was unused for longest is closed, but never under a reader', async () => {
    const closed: string[] = [];
    const repositories = openRepositories(2, fake(closed));
    let finish = (): void => undefined;
    const reading = repositories.use('a', () => new Promise<void>((resolve) => (finish = resolve)));
    await repositories.use('b', async () => undefined);
    await repositories.use('c', async () => undefined);
    expect(closed).toEqual([]);
    finish();
    await reading;
    await expect.poll(() => closed).toEqual(['a']);
    await repositories.use('b', async () => undefined);
    await repositories.use('d', async () => undefined);
    await expect.poll(() => closed).toEqual(['a', 'c']);
    await repositories.close();
    expect(closed.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('after a failure the repository is opened anew, since it may have been made again', async () => {
    const closed: string[] = [];
    let opened = 0;
    const open = fake(closed);
    const repositories = openRepositories(2, (path) => (opened++, open(path)));
    await expect(repositories.use('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    await repositories.use('a', async () => undefined);
    expect(opened).toBe(2);
    await expect.poll(() => closed).toEqual(['a']);
  });
});
