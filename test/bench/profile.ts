// Where a step's CPU time goes: every worker profiled by V8, self time added up by what the code is for.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BENCH_ROLES } from './goals.ts';
import { table } from './section.ts';
import type { BenchOptions, Section } from './section.ts';
import { openSpanSink } from './span-sink.ts';
import { startStage } from './stage.ts';

const WIDTH = 64;
const SAMPLE_US = 200;

type Node = { id: number; callFrame: { functionName: string; url: string }; children?: number[] };
type Profile = { nodes: Node[]; samples: number[]; timeDeltas: number[]; endTime: number };

/** Microseconds of self time by category and by function. */
type Spent = { byCategory: Map<string, number>; byFunction: Map<string, number> };

export async function measureProfile({ goals, say }: BenchOptions): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'awo-profile-'));
  const sink = await openSpanSink();
  try {
    const stage = await startStage({ env: sink.env, nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${SAMPLE_US}`] });
    await stage.measure(16, 500);
    say(`profile: ${goals} goals, ${WIDTH} in flight`);
    const from = process.hrtime.bigint() / 1000n;
    await stage.measure(WIDTH, goals);
    const to = process.hrtime.bigint() / 1000n;
    await stage.stop();
    const spent: Spent = { byCategory: new Map(), byFunction: new Map() };
    for (const name of readdirSync(folder)) add(spent, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile, Number(from), Number(to));
    return { id: 'profile', lines: report(spent, goals * BENCH_ROLES.length) };
  } finally {
    sink.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts the samples between two moments of the monotonic clock, which is the profile's too. */
function add(spent: Spent, profile: Profile, from: number, to: number): void {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
  let at = profile.endTime - profile.timeDeltas.reduce((sum, d) => sum + d, 0);
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    const node = nodes.get(id);
    if (!node || at < from || at > to || node.callFrame.functionName === '(idle)') continue;
    const category = categoryOf(node, parents);
    const place = `${category}: ${node.callFrame.functionName || '(anonymous)'} ${node.callFrame.url.split('/').slice(-2).join('/')}`;
    spent.byCategory.set(category, (spent.byCategory.get(category) ?? 0) + delta);
    spent.byFunction.set(place, (spent.byFunction.get(place) ?? 0) + delta);
  }
}

const BY_PLACE: readonly [RegExp, string][] = [
  [/node_modules\/zod\//, 'zod'],
  [/@opentelemetry|packages\/telemetry/, 'OpenTelemetry'],
  [/internal\/crypto/, 'hashing'],
  [/@nats-io|nats-core|nkeys/, 'NATS client'],
  [/node:net|internal\/stream|stream_base|internal\/streams/, 'socket'],
  [/packages\/goal/, 'fold and next'],
  [/packages\/(agent|bus|contracts|tools)|test\/bench/, 'our runtime'],
];

/** A builtin (no file of its own) belongs to what it does, or else to whoever called it. */
function categoryOf(node: Node, parents: ReadonlyMap<number, Node>): string {
  const { functionName } = node.callFrame;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'V8 and system calls without a frame';
  for (let one: Node | undefined = node; one; one = parents.get(one.id)) {
    const { url, functionName: name } = one.callFrame;
    if (url === '' && /^(parse|stringify)$/.test(name)) return 'JSON';
    if (url === '' && /^(writev|writeBuffer|writeUtf8String|writeLatin1String)$/.test(name)) return 'socket';
    const found = BY_PLACE.find(([pattern]) => pattern.test(url));
    if (found) return found[1];
  }
  return 'the rest of Node';
}

function report({ byCategory, byFunction }: Spent, steps: number): string[] {
  const total = [...byCategory.values()].reduce((sum, us) => sum + us, 0);
  const rows = [...byCategory].sort(([, a], [, b]) => b - a).map(([name, us]) => [name, (us / steps).toFixed(0), `${((100 * us) / total).toFixed(0)} %`]);
  const top = [...byFunction].sort(([, a], [, b]) => b - a).slice(0, Number(process.env['AWO_BENCH_TOP'] ?? 0));
  return [
    ...table(['what a step computes', 'µs per step', 'share'], [...rows, ['all', (total / steps).toFixed(0), '100 %']]),
    '',
    'Spans are made and sent in this run, every one of them.',
    ...top.map(([name, us]) => `    ${(us / steps).toFixed(1).padStart(6)} µs  ${name}`),
  ];
}
