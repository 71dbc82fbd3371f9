// What is observed, read from real processes, files and sockets.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  LATENCY_BOUNDS_MS,
  type LocalEnvironment,
  type LocalRevision,
  localFiles,
  observeLogs,
  observePast,
  observeProcesses,
  observeTraffic,
  revisionLog,
} from '@awo/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logCount } from './observe-log-count.ts';
import { logs } from './observe-logs.ts';
import { past } from './observe-past.ts';
import { processes } from './observe-processes.ts';
import { traffic } from './observe-traffic.ts';
import { figuresOf, secondsOf, treeOf } from './process-tree.ts';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);
const where = { environment: 'test', service: 'cart' };
let home: string;
let child: ChildProcess;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'awo-'));
  mkdirSync(localFiles(home, 'test').logs, { recursive: true });
  // A parent with a child, as `npm start` makes them; the child holds memory.
  const inner = "globalThis.kept = Buffer.alloc(80e6, 1); console.log('ready')";
  const outer = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${inner}; setInterval(() => {}, 1e6)`)}], { stdio: 'inherit' })`;
  child = spawn(process.execPath, ['-e', outer], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout) await once(child.stdout, 'data');
  write([revision(OLD, child.pid ?? 0, 95), revision(NEW, null, 5, { state: 'crashed', restarts: 3 })]);
});
afterEach(() => {
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const revision = (sha: string, pid: number | null, weight: number, change: Partial<LocalRevision> = {}): LocalRevision => ({
  revision: sha,
  generation: 1,
  weight,
  desired: 'running',
  state: 'ready',
  pid,
  mark: null,
  launch: 'x',
  port: 1,
  restarts: 0,
  startedAt: null,
  worktree: null,
  model: {
    name: 'cart',
    unit: '.',
    dir: '.',
    language: 'node',
    install: [],
    build: [],
    start: ['node'],
    healthPath: '/',
    env: {},
    envFrom: [],
    dependsOn: [],
    sideBySide: true,
    at: 'x:1',
  },
  ...change,
});

function write(revisions: LocalRevision[]): void {
  const service = { name: 'cart', repo: '/r', port: 1, current: OLD, previous: null, earlier: [], sideBySide: true, fence: 0, revisions };
  const state: LocalEnvironment = { v: 1, environment: 'test', generation: 2, services: [service] };
  writeFileSync(localFiles(home, 'test').state, JSON.stringify(state));
}

test('memory, CPU and files of a process include what it has started, and one that is between restarts has none', async () => {
  const answer = observeProcesses.output.parse(await processes(home)(where));
  const [old, fresh] = answer.revisions;
  expect(old).toMatchObject({ revision: OLD, state: 'ready', restarts: 0 });
  expect(old?.memoryBytes).toBeGreaterThan(80e6 + 2 * 20e6);
  expect(old?.cpuSeconds).toBeGreaterThan(0);
  if (process.platform === 'linux') expect(old?.openFiles).toBeGreaterThan(10);
  expect(old?.uptimeMs).toBeLessThan(60_000);
  expect(fresh).toEqual({ revision: NEW, state: 'crashed', memoryBytes: null, cpuSeconds: null, openFiles: null, restarts: 3, uptimeMs: null });
  expect(answer.machine.memoryFreeBytes).toBeGreaterThan(0);
  expect(await figuresOf(2 ** 22 + 1)).toBeNull();
});

test('the tree of a process is its group and all descendants, however deep', () => {
  const rows = [
    { pid: 10, parent: 1, group: 10 },
    { pid: 13, parent: 12, group: 99 },
    { pid: 12, parent: 11, group: 10 },
    { pid: 11, parent: 1, group: 10 },
    { pid: 20, parent: 1, group: 20 },
  ];
  expect(treeOf(10, rows).toSorted()).toEqual([10, 11, 12, 13]);
  expect([secondsOf('0:01.50'), secondsOf('02:03:04'), secondsOf('1-00:00:10')]).toEqual([1.5, 7384, 86_410]);
});

test('traffic is what the edge has counted since the last start of each revision', async () => {
  const counters = (sha: string, generation: number, requests: number) => ({
    revision: sha,
    generation,
    weight: 50,
    requests,
    errors: 0,
    latency: Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0),
    customersWithErrors: 0,
    firstErrorAt: null,
    samples: [],
    inFlight: 1,
  });
  const report = { services: [{ name: 'cart', port: 1, revisions: [counters(OLD, 1, 100), counters(NEW, 2, 7), counters(OLD, 3, 5)] }] };
  const server = createServer((q, r) => (q.headers.authorization === 'Bearer secret' ? r.end(JSON.stringify(report)) : r.writeHead(401).end())).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const control = { pid: process.pid, mark: 'x', socket: null, port: (server.address() as AddressInfo).port, token: 'secret' };
  writeFileSync(localFiles(home, 'test').edge, JSON.stringify(control));
  const answer = observeTraffic.output.parse(await traffic(home)(where));
  expect(answer.revisions.map((r) => [r.revision, r.requests])).toEqual([
    [OLD, 5],
    [NEW, 7],
  ]);
  server.close();
  server.closeAllConnections();
  await expect(traffic(home)(where)).rejects.toMatchObject({ code: 'tool-unavailable', afterMs: 1000 });
});

test('logs are the last lines, across a rotation, each cut at 2000 characters', async () => {
  const file = revisionLog(home, 'test', 'cart', OLD);
  writeFileSync(`${file}.1`, 'one\ntwo\n');
  appendFileSync(file, `three\n${'x'.repeat(3000)}\nfive\n`);
  const answer = observeLogs.output.parse(await logs(home)({ ...where, revision: OLD, lines: 4 }));
  expect(answer.lines.map((l) => l.length)).toEqual([3, 5, 2000, 4]);
  expect((await logs(home)({ ...where, revision: NEW, lines: 4 })).lines).toEqual([]);
});

test('lines that hold a text are counted, across a rotation; a revision that wrote nothing has none', async () => {
  const file = revisionLog(home, 'test', 'cart', OLD);
  writeFileSync(`${file}.1`, 'an ERROR\nfine\n');
  appendFileSync(file, 'ERROR: two\nERROR: three\nerror\n');
  expect(await logCount(home)({ ...where, revision: OLD, text: 'ERROR' })).toMatchObject({ lines: 3 });
  expect(await logCount(home)({ ...where, revision: NEW, text: 'ERROR' })).toMatchObject({ lines: 0 });
});

test('what is not there is named with what is', async () => {
  await expect(logs(home)({ ...where, revision: 'c'.repeat(40), lines: 1 })).rejects.toMatchObject({
    code: 'unknown-revision',
    message: expect.stringContaining('aaaaaaaaaaaa, bbbbbbbbbbbb'),
  });
  await expect(processes(home)({ ...where, service: 'kart' })).rejects.toMatchObject({
    code: 'unknown-service',
    message: expect.stringContaining('Known: cart'),
  });
  await expect(traffic(home)({ ...where, environment: 'prod' })).rejects.toMatchObject({
    code: 'unknown-environment',
    message: expect.stringContaining('Known: test'),
  });
  await expect(traffic(join(home, 'empty'))(where)).rejects.toMatchObject({ message: expect.stringContaining('Known: none') });
});

test('the past is what is over, with gaps where nobody counted, and nothing before the first minute', async () => {
  const minute = 29_000_000;
  const tool = past(home, () => minute * 60_000 + 30_000);
  expect(await tool(where)).toMatchObject({ minutes: [], hours: [] });
  const hour = Math.floor(minute / 60);
  const minutes = [
    [minute - 400, 9, 9],
    [minute - 3, 10, 1],
    [minute - 1, 30, 0],
    [minute, 5, 0],
  ];
  const hours = [
    [hour - 3, 100, 1, 20],
    [hour - 2, 200, 2, 60],
    [hour, 1, 0, 60],
  ];
  writeFileSync(localFiles(home, 'test').past, JSON.stringify({ services: [{ name: 'cart', minutes, hours }] }));
  expect(observePast.output.parse(await tool(where))).toEqual({
    at: new Date(minute * 60_000).toISOString(),
    minutes: [[10, 1], null, [30, 0]],
    hours: [[200, 2], null],
  });
});
