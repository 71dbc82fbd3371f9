// An archive that is anchored outside: through the real tool gate to somebody else's tool, once per end of the archive, and compared again.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareAnchor, withoutGoals } from '@awo/archive';
import { openSigningKey } from '@awo/bus';
import { toolAdmin } from '@awo/tools';
import { waitFor } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, lastAnchored } from './anchor.ts';
import { openStage } from './testing/stage.ts';

const TOOLGATE = fileURLToPath(new URL('../../toolgate/src/main.ts', import.meta.url));
/** Keeps what it is told, one line each, and says so. */
const NOTARY = `import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const answer = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
const tools = [{ name: 'keep', description: 'Keeps a line.', inputSchema: { type: 'object' }, annotations: { idempotentHint: true } }];
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') answer(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'notary', version: '1' } });
  else if (method === 'tools/list') answer(id, { tools });
  else if (method === 'tools/call') {
    appendFileSync(process.argv[2], params.arguments.line + '\\n');
    answer(id, { content: [{ type: 'text', text: 'kept' }] });
  }
});
`;
const POLICY = { anchor: { capability: 'x.notary.keep', argument: 'line' } };

let stage: Awaited<ReturnType<typeof openStage>>;
let toolgate: ChildProcess;
let kept: () => unknown[];

beforeAll(async () => {
  stage = await openStage();
  const file = join(stage.nats.home, 'kept.jsonl');
  writeFileSync(file, '');
  kept = () =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line));
  writeFileSync(join(stage.nats.home, 'notary.mjs'), NOTARY);
  const env = { PATH: process.env['PATH'], HOME: stage.nats.home, AWO_LOG_LEVEL: 'silent', ...stage.nats.env('toolgate', 'toolgate-1') };
  toolgate = spawn(process.execPath, [TOOLGATE], { env, stdio: 'ignore' });
  const add = () => toolAdmin(stage.operator, 'add', { name: 'notary', command: [process.execPath, join(stage.nats.home, 'notary.mjs'), file] });
  await waitFor(
    () =>
      add().then(
        () => true,
        () => false,
      ),
    { what: 'the tool gate to answer', timeoutMs: 30_000 },
  );
});
afterAll(async () => {
  const gone = once(toolgate, 'exit');
  toolgate.kill('SIGKILL');
  await gone;
  await stage.stop();
});

test('the tool is told of the last pack once, also by an archiver that starts anew', async () => {
  const { round, ...parts } = await stage.open({ policy: POLICY });
  const options = { ...parts, bus: stage.archiver };
  expect(await anchor(options)).toBeNull();
  await stage.finish();
  await round();
  await stage.finish();
  await round();
  expect(await anchor(options)).toBe(2);
  expect(await anchor(options)).toBeNull();
  const again = await stage.open({ policy: POLICY });
  await again.round();
  expect(await anchor({ ...again, bus: stage.archiver })).toBeNull();
  expect(kept()).toHaveLength(1);
  expect(await lastAnchored(stage.archiver)).toMatchObject({ pack: 2 });
  const record = await stage.operator.jsm.direct.getMessage('HISTORY', { last_by_subj: 'awo.history.archive.anchor' });
  expect(record?.json()).toMatchObject({ action: 'anchor', pack: 2, capability: 'x.notary.keep', answer: { text: 'kept' } });
});

test('what was anchored tells an archive that was replaced as a whole, key and all; retention does not disturb it', async () => {
  const { archive, round } = await stage.open();
  await round();
  const [anchored] = kept();
  const { bytes, pack } = await archive.pack(2);
  const [goal] = pack.manifest.goals;
  const digestOf = (number: number) => (number === 2 ? pack.digest : null);
  expect(compareAnchor(anchored, [stage.key.publicKey], digestOf)).toBeNull();
  await archive.store.replace('packs/000000000002', withoutGoals(bytes, [goal?.goal ?? ''], { at: new Date().toISOString(), because: 'a test' }, stage.key));
  archive.forget();
  const without = await archive.pack(2);
  expect(without.pack.commitsOf(goal?.goal ?? '')).toBeNull();
  expect(compareAnchor(anchored, [stage.key.publicKey], () => without.pack.digest)).toBeNull();
  expect(compareAnchor(anchored, [stage.key.publicKey], () => 'f'.repeat(64))).toMatchObject({
    pack: 2,
    what: expect.stringContaining('was anchored outside'),
  });
  expect(compareAnchor(anchored, [stage.key.publicKey], () => null)).toMatchObject({ pack: 2, what: expect.stringContaining('is not in the archive') });
  const other = await openSigningKey(join(stage.nats.home, 'other.pem'));
  expect(compareAnchor(anchored, [other.publicKey], digestOf)?.what).toMatch(/unknown-key/);
});
