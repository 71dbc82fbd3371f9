// docs/asyncapi.json is what the schemas say, is well-formed, and names every subject that the bus knows.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FIRST_PREV, ReleaseSpec, subjects } from '@awo/contracts';
import { readBusSpec } from '@awo/bus';
import { readBusUsers } from '@awo/embedded';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { CHANNELS, PARAMETERS } from './asyncapi/channels.ts';
import { asyncapiDocument, parametersOf } from './asyncapi/document.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string): unknown => JSON.parse(readFileSync(resolve(ROOT, file), 'utf8'));
const { version } = z.object({ version: z.string() }).parse(read('package.json'));

const Ref = z.strictObject({ $ref: z.string().startsWith('#/') });
const Message = z.object({ contentType: z.literal('application/json'), payload: z.record(z.string(), z.unknown()) });
/** The fields that AsyncAPI 3.0.0 asks for, as far as this document uses them. */
const Document = z.strictObject({
  asyncapi: z.literal('3.0.0'),
  info: z.object({ title: z.string(), version: z.string() }),
  defaultContentType: z.string(),
  servers: z.record(z.string(), z.object({ host: z.string(), protocol: z.literal('nats') })),
  channels: z.record(
    z.string(),
    z.object({
      address: z.string().nullable(),
      parameters: z.record(z.string(), z.object({ description: z.string().min(5) })).optional(),
      messages: z.record(z.string(), Ref),
    }),
  ),
  operations: z.record(
    z.string(),
    z.object({
      action: z.enum(['send', 'receive']),
      channel: Ref,
      messages: z.array(Ref).min(1),
      reply: z.object({ channel: Ref, messages: z.array(Ref) }).optional(),
    }),
  ),
  components: z.object({ messages: z.record(z.string(), Message), securitySchemes: z.record(z.string(), z.object({ type: z.string() })) }),
});
const committed = read('docs/asyncapi.json');

test('the document is what the schemas say now; `node test/docs/asyncapi/main.ts` writes it anew', () => {
  expect(committed).toEqual(JSON.parse(JSON.stringify(asyncapiDocument(version))));
});

test('it has what AsyncAPI 3 asks for, and every reference leads somewhere', () => {
  Document.parse(committed);
  const found: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref') found.push(String(inner));
      else collect(inner);
    }
  };
  collect(committed);
  const lead = (ref: string) =>
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), committed);
  expect(found.length).toBeGreaterThan(50);
  expect(found.filter((ref) => lead(ref) === undefined)).toEqual([]);
});

test('every parameter of an address is explained, and each address is there once', () => {
  expect(CHANNELS.flatMap((channel) => parametersOf(channel.address)).filter((name) => PARAMETERS[name] === undefined)).toEqual([]);
  expect(new Set(CHANNELS.map((channel) => channel.address)).size).toBe(CHANNELS.length);
});

/** Does a concrete subject or a pattern of bus.yaml meet this address? */
function meets(address: string, pattern: string): boolean {
  const [a, p] = [address.split('.'), pattern.split('.')];
  for (let i = 0; i < Math.max(a.length, p.length); i++) {
    if (p[i] === '>') return a.length > i;
    if (a[i] === undefined || p[i] === undefined) return false;
    if (p[i] !== '*' && !a[i]?.startsWith('{') && a[i] !== p[i]) return false;
  }
  return true;
}
const documented = (pattern: string) => CHANNELS.some((channel) => meets(channel.address, pattern));

test('every subject of contracts has its channel', () => {
  const examples = [
    subjects.log('g7k2m9q4xw0', 'impact', 'planner'),
    subjects.goals('release'),
    subjects.timer('monitor', 'g1', 'watch'),
    subjects.due('monitor', 'g1'),
    subjects.history('refused', '7'),
    subjects.history('tests', '0a'),
    subjects.history('audits', '0a'),
    subjects.signal('ci', 'done'),
    subjects.mcp('mcp-git'),
    subjects.mcpSession('mcp-git', '1'),
    subjects.tool('impact', 'vcs.reach'),
    subjects.toolAdmin('list'),
    subjects.intake('ab'),
    subjects.shareOffer,
    subjects.shareLead('s1'),
    subjects.shareAnswer('a1'),
  ];
  expect(examples.filter((subject) => !documented(subject))).toEqual([]);
});

test('every stream and every permission of bus.yaml is about documented subjects, so that the document cannot fall behind', async () => {
  const { streams } = await readBusSpec(resolve(ROOT, 'deploy/nats/bus.yaml'));
  const kept = Object.values(streams).flatMap((stream) => stream.subjects);
  const allowed = Object.values(readBusUsers()).flatMap((user) => [...user.publish, ...user.subscribe]);
  expect([...kept, ...allowed].filter((subject) => subject.startsWith('awo.') && !documented(subject))).toEqual([]);
  for (const channel of CHANNELS) {
    const stream = Object.entries(streams).find(([, one]) => one.subjects.some((pattern) => meets(channel.address, pattern)));
    expect([channel.id, channel.stream]).toEqual([channel.id, stream?.[0] ?? null]);
  }
});

test('the message schemas tell right from wrong: they are those that the services parse with', () => {
  const schemaOf = (id: string) => CHANNELS.find((channel) => channel.id === id)?.message ?? z.never();
  expect(schemaOf('goals-release').safeParse({ service: 'cart' }).success).toBe(true);
  expect(schemaOf('goals-release').safeParse({ specversion: '1.0', id: '1', source: 'ci', type: 'x', data: { service: 'cart' } }).success).toBe(true);
  expect(schemaOf('goals-release').safeParse({ servic: 'cart' }).success).toBe(false);
  expect(schemaOf('log').safeParse({ v: 1, goal: 'g7k2m9q4xw0', prev: FIRST_PREV, spec: ReleaseSpec.parse({ kind: 'release' }) }).success).toBe(false);
});
