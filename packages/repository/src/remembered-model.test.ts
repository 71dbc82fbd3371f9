// What is remembered is what describing anew gives, whatever changed between.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeRepository } from './describe.ts';
import type { Repository } from './git.ts';
import { describeRemembered } from './remembered-model.ts';
import { makeRepository } from './testing-repository.ts';

const dir = mkdtempSync(join(tmpdir(), 'awo-models-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const BEFORE = {
  'package.json': '{"name":"shop","workspaces":["services/*"]}',
  'services/cart/package.json': '{"name":"cart","scripts":{"start":"node main.js"}}',
  'services/cart/main.js': "import { createServer } from 'node:http';\nconst most = 5;\ncreateServer().listen(process.env.PORT);\n",
  'services/mail/package.json': '{"name":"mail","scripts":{"start":"node main.js"}}',
  'services/mail/main.js': 'console.log(1);\n',
  'notes.md': 'words',
};

test.each<[string, Record<string, string | null>, boolean]>([
  ['a number in a source', { 'services/cart/main.js': BEFORE['services/cart/main.js'].replace('5', '6') }, true],
  ['words', { 'notes.md': 'other words' }, true],
  ['a source that becomes a service', { 'services/mail/main.js': "require('node:http').createServer().listen(process.env.PORT);\n" }, false],
  ['a manifest', { 'services/mail/package.json': '{"name":"mail","dependencies":{"cart":"*"}}' }, false],
  ['a file that comes', { 'services/new/package.json': '{"name":"new"}' }, false],
  ['a file that goes', { 'services/mail/package.json': null }, false],
])('%s: the model is that of the commit (taken over: %#)', async (_, change, kept) => {
  const made = await makeRepository();
  try {
    const base = await made.commit(BEFORE);
    for (const [path, text] of Object.entries(change)) if (text === null) rmSync(join(made.dir, path));
    const head = await made.commit(Object.fromEntries(Object.entries(change).flatMap(([path, text]) => (text === null ? [] : [[path, text]]))));
    let read = 0;
    const counted: Repository = { ...made.repo, tree: (sha) => ((read += 1), made.repo.tree(sha)) };
    await describeRemembered(counted, base, dir);
    read = 0;
    expect(await describeRemembered(counted, head, dir)).toEqual(await describeRepository(made.repo, head));
    expect(read === 0).toBe(kept);
  } finally {
    await made.remove();
  }
});

test('a file that another version wrote, or a commit that is gone, costs time only', async () => {
  const made = await makeRepository();
  try {
    const head = await made.commit(BEFORE);
    const own = mkdtempSync(join(dir, 'own-'));
    await describeRemembered(made.repo, head, own);
    const [file = ''] = readdirSync(own);
    const model = await describeRepository(made.repo, head);
    for (const text of ['{"v":0}', 'broken', JSON.stringify({ v: 1, sha: '0'.repeat(40), model })]) {
      writeFileSync(join(own, file), text);
      expect(await describeRemembered(made.repo, head, own)).toEqual(model);
    }
  } finally {
    await made.remove();
  }
});
