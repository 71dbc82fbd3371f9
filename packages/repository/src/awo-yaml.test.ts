// awo.yaml: where problems are, what was expected, what it changes; and the published schema.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseAwoYaml } from './awo-yaml.ts';
import { awoYamlSchema, SCHEMA_FILE } from './schema.ts';
import { suggestAwoYaml } from './suggest.ts';
import { describeFiles } from './testing-repository.ts';

const CART = {
  'package.json': '{ "name": "@shop/cart", "scripts": { "start": "node server.js", "test": "node --test" } }',
  'server.js': `require('node:http').createServer().listen(process.env.PORT);`,
};

test('every problem is told with line, column, value and what was expected, in the order of the file', () => {
  const text = 'services:\n  cart:\n    helth: /x\n    health: healthz\nrelease: { errorBudget: 2, latency: 3 days }\n';
  expect(parseAwoYaml(text, 'awo.yaml').problems.map(({ message }) => message)).toEqual([
    'awo.yaml:3:5  helth  expected one of dir, start, build, install, health, env, envFrom, dependsOn, sideBySide, sources, limits, flags, replicas, files, readOnly, reversible, migrations; nearest: health',
    'awo.yaml:4:13  healthz  expected a path that starts with /',
    'awo.yaml:5:25  2  expected at most 1',
    'awo.yaml:5:37  3 days  expected a duration such as 500ms, 30s, 10m, 1h',
  ]);
});

test.each([
  ['servces: {}', 'awo.yaml:1:1', 'nearest: services'],
  ['services: []', 'awo.yaml:1:11', 'a mapping'],
  ['services:\n  "a b": { start: x }', 'awo.yaml:2:3', 'start with a letter or digit'],
  ['tests:\n  a: { command: x, runner: foo }', 'awo.yaml:2:28', 'one of node:test, vitest'],
  ['a: [1', 'awo.yaml:1', 'YAML'],
  ['- 1', 'awo.yaml:1:1', 'a mapping'],
  ['gates:\n  - name: g\n    tool: nosuch\n    pass: "true"', 'awo.yaml:3:11', 'SERVER/TOOL'],
])('%j is refused at its place', (text, place, expected) => {
  const { config, problems } = parseAwoYaml(text, 'awo.yaml');
  expect(config).toBeNull();
  expect(problems[0]?.message).toContain(place);
  expect(problems[0]?.expected).toContain(expected);
});

test('an empty file is an empty config, because everything in it is optional', () => {
  for (const text of ['', '# nothing\n', '{}']) expect(parseAwoYaml(text, 'awo.yaml')).toMatchObject({ config: {}, problems: [] });
});

test('adding only a health path keeps the rest of an inferred service', async () => {
  const model = await describeFiles(CART, 'services:\n  cart:\n    health: /up\n');
  expect(model.services).toHaveLength(1);
  expect(model.services[0]).toMatchObject({ name: 'cart', healthPath: '/up', start: ['node', 'server.js'], at: 'package.json:1' });
  expect(model.findings.filter((f) => f.about === 'cart' && f.what === 'health path')).toEqual([
    { about: 'cart', what: 'health path', value: '/up', at: 'awo.yaml:3', level: 'found' },
  ]);
});

test('a committed awo.yaml gives policy, environments and suites, in their units', async () => {
  const awo =
    'environments: [live]\nrelease: { errorBudget: 0.01, latency: 300ms, watchDeadline: 2m, soak: 10m, strategy: canary, control: false }\nobserve:\n  timeouts: { logs: TIMEOUT, service: cart }\n  failed: { query: sum(bad), of: sum(all) }\n  refused: { metric: payments, where: { outcome: refused }, of: payments }\n  open: { metric: carts.open }\nrepair: { cooldown: 2m, environments: { live: { cooldown: 0s, cooldowns: { restart: 90s } } } }\ntests:\n  root: { command: "node --test test/", timeout: 5s }\n';
  const model = await describeFiles({ ...CART, 'awo.yaml': awo });
  expect(model.environments).toEqual(['live']);
  expect(model.policy).toMatchObject({
    errorBudgetRatio: 0.01,
    latencyMs: 300,
    watchDeadlineMs: 120_000,
    soakMs: 600_000,
    control: false,
    observe: [
      { name: 'timeouts', kind: 'count', service: 'cart' },
      { name: 'failed', kind: 'rate', worse: 'higher' },
      { name: 'refused', kind: 'rate', metric: 'payments', where: { outcome: 'refused' }, of: 'payments', query: null },
      { name: 'open', kind: 'gauge', metric: 'carts.open', where: {} },
    ],
    strategy: 'canary',
    alpha: 0.01,
    repair: { cooldownMs: 120_000, environments: { live: { cooldownMs: 0, cooldownsMs: { restart: 90_000 } } } },
  });
  expect(model.suites).toMatchObject([
    { id: 'root', unit: '.', command: ['node', '--test', '--test-reporter=tap', 'test/'], runner: 'node:test', timeoutMs: 5000 },
  ]);
});

test('a service that nothing was inferred for needs a start; a name that is a slip gets the right ones', async () => {
  const made = await describeFiles(CART, 'services:\n  worker: { dir: ., start: ["node", "w.js"] }\n  cart: { dependsOn: [worker] }\n');
  expect(made.services.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
    ['cart', ['worker']],
    ['worker', []],
  ]);
  await expect(describeFiles(CART, 'services:\n  crat: { health: /x }\n')).rejects.toMatchObject({
    code: 'bad-config',
    message: expect.stringContaining('inferred: cart'),
  });
  await expect(describeFiles(CART, 'services:\n  cart: { dir: nope, start: "a | b", dependsOn: [x] }\n')).rejects.toMatchObject({
    message: expect.stringMatching(/^awo\.yaml:2:16 {2}nope {2}expected a directory of the repository\nawo\.yaml:2:29 {2}a \| b {2}expected one command/),
  });
});

test('the same directory under another name renames what was inferred', async () => {
  const model = await describeFiles(CART, 'services:\n  basket: { dir: . }\n');
  expect(model.services).toMatchObject([{ name: 'basket', start: ['node', 'server.js'] }]);
});

test('ignored directories are no units and no services', async () => {
  const files = { ...CART, 'old/package.json': '{"name":"old","scripts":{"start":"node s.js"}}', 'old/s.js': 'x.listen(process.env.PORT)' };
  expect((await describeFiles(files)).services.map(({ name }) => name)).toEqual(['cart', 'old']);
  expect((await describeFiles(files, 'ignore: [./old/]\n')).services.map(({ name }) => name)).toEqual(['cart']);
});

test('the suggested awo.yaml pins what was inferred, because reading it back gives the same model', async () => {
  const model = await describeFiles(CART);
  const pinned = await describeFiles(CART, suggestAwoYaml(model));
  const bare = ({ services, suites, environments }: typeof model) => ({
    services: services.map((s) => ({ ...s, at: '' })),
    suites: suites.map((s) => ({ ...s, at: '' })),
    environments,
  });
  expect(bare(pinned)).toEqual(bare(model));
});

test('the published JSON Schema is the one of the code; write it with: node packages/repository/src/schema.ts', async () => {
  expect(await readFile(SCHEMA_FILE, 'utf8')).toBe(awoYamlSchema());
});
