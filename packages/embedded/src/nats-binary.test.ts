// Where nats-server comes from, in order, and what is said where it comes from nowhere.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { NATS_VERSION, findNatsServer } from './nats-binary.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0)) step();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'awo-binary-'));
  cleanUp.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A program that answers `--version` as nats-server does. */
function program(file: string, version: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(file, 0o755);
}

/** A release server with an archive for this machine; `tampered` gives another archive than the sums promise. */
async function releaseServer(tampered: boolean): Promise<string> {
  const place = folder();
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch as 'x64' | 'arm64'];
  const stem = `nats-server-v${NATS_VERSION}-${process.platform}-${architecture}`;
  program(join(place, stem, 'nats-server'), NATS_VERSION);
  spawnSync('tar', ['-czf', join(place, `${stem}.tar.gz`), '-C', place, stem]);
  const archive = readFileSync(join(place, `${stem}.tar.gz`));
  const sums = `${createHash('sha256').update(archive).digest('hex')}  ${stem}.tar.gz\n`;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('SHA256SUMS')) response.end(sums);
    else response.end(tampered ? Buffer.concat([archive, Buffer.from('!')]) : archive);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  cleanUp.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** PATH with tar and sh, without Go and nats-server. */
const barePath = () => {
  const bin = folder();
  for (const name of ['tar', 'sh', 'echo', 'gzip']) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    if (found.startsWith('/')) writeFileSync(join(bin, name), `#!/bin/sh\nexec ${found} "$@"\n`, { mode: 0o755 });
  }
  return bin;
};
const quiet = { report: () => {} };

test('an installed server of 2.14 or newer is taken, an older one is not', async () => {
  const bin = folder();
  program(join(bin, 'nats-server'), '2.15.2');
  const tools = folder();
  expect(await findNatsServer({ env: { PATH: bin }, tools, ...quiet })).toEqual({ path: join(bin, 'nats-server'), version: '2.15.2', from: 'path' });
  program(join(bin, 'nats-server'), '2.9.10');
  program(join(tools, 'bin', `nats-server-${NATS_VERSION}`), NATS_VERSION);
  expect(await findNatsServer({ env: { PATH: bin }, tools, ...quiet })).toMatchObject({ from: 'cache', version: NATS_VERSION });
});

test('without Go the release is downloaded, checked by its sums, and cached', async () => {
  const tools = folder();
  const releases = await releaseServer(false);
  const said: string[] = [];
  const found = await findNatsServer({ env: { PATH: barePath() }, tools, releases, report: (progress) => said.push(progress.text) });
  expect(found).toMatchObject({ from: 'download', version: NATS_VERSION });
  expect(said[0]).toMatch(/Downloading nats-server/);
  expect(readdirSync(join(tools, 'bin'))).toEqual([`nats-server-${NATS_VERSION}`]);
  expect((await findNatsServer({ env: { PATH: '' }, tools, releases: 'http://127.0.0.1:1', ...quiet })).from).toBe('cache');
});

test('a release that does not match its sums is never run', async () => {
  const tools = folder();
  const releases = await releaseServer(true);
  await expect(findNatsServer({ env: { PATH: barePath() }, tools, releases, ...quiet })).rejects.toThrow(
    /its SHA-256 is [0-9a-f]{64}, the release says [0-9a-f]{64}/,
  );
  expect(readdirSync(join(tools, 'bin'))).toEqual([]);
});

test('a build that fails goes on to the download, and where nothing helps one message names the three ways out', async () => {
  const bin = barePath();
  writeFileSync(join(bin, 'go'), '#!/bin/sh\necho "module lookup disabled" >&2\nexit 1\n', { mode: 0o755 });
  const failure = await findNatsServer({ env: { PATH: bin }, tools: folder(), releases: 'http://127.0.0.1:1', ...quiet }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'TerminalError', code: 'bus-unavailable' });
  expect(String(failure)).toMatch(/no nats-server on PATH; the build with .* failed: module lookup disabled; the download failed/);
  const { hint } = failure as { hint: string };
  for (const way of [/install nats-server >= 2\.14 on PATH/, /install Go/, /set NATS_URL/]) expect(hint).toMatch(way);
});
