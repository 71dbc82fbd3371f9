// Who may import whom: the order of the layers, as data, held against every import there is.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, importsOf, isForTests, isOurs, isTypeScript, ownFiles, partOf } from './sources.ts';

/** Each package and which of ours it may import. Above in the list knows nothing of below. */
const ALLOWED: Record<string, string[]> = {
  contracts: [],
  analysis: [],
  goal: ['contracts'],
  'canary-judge': ['contracts', 'analysis'],
  strategy: ['contracts', 'analysis', 'canary-judge'],
  'root-cause': ['contracts', 'analysis'],
  'test-order': ['contracts', 'analysis'],
  telemetry: ['contracts'],
  'free-port': ['contracts'],
  repository: ['contracts'],
  'test-run': ['contracts', 'repository', 'test-order'],
  'code-graph': ['contracts', 'repository'],
  mutation: ['code-graph'],
  'test-generation': ['contracts', 'repository', 'code-graph', 'mutation'],
  bus: ['contracts', 'goal', 'telemetry'],
  archive: ['contracts', 'goal', 'bus'],
  tools: ['contracts', 'telemetry', 'bus'],
  agent: ['contracts', 'goal', 'telemetry', 'bus', 'tools'],
  embedded: ['contracts', 'free-port'],
  model: ['contracts', 'telemetry'],
  cli: [
    'contracts',
    'goal',
    'repository',
    'code-graph',
    'mutation',
    'bus',
    'archive',
    'tools',
    'free-port',
    'embedded',
    'canary-judge',
    'strategy',
    'root-cause',
    'test-order',
    'test-run',
    'test-generation',
    'model',
  ],
};
/** What only the people's end of the system uses. */
const NOT_FOR_SERVICES = ['cli', 'embedded', 'testing'];

const sources = ownFiles().filter((file) => isTypeScript(file) && isOurs(file));
const edges = sources.flatMap(importsOf);
const ours = (specifier: string) => /^@awo\/([a-z-]+)/.exec(specifier)?.[1];
const show = (list: { file: string; specifier: string }[]) => list.map(({ file, specifier }) => `${file} imports ${specifier}`);
const productive = edges.filter(({ file }) => !isForTests(file));
const folders = (place: string) =>
  readdirSync(join(ROOT, place), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

test('there is something to look at, so that an empty list never passes for a clean one', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(edges.filter(({ specifier }) => ours(specifier) === 'contracts').length).toBeGreaterThan(30);
});

test('every package has its place in the order', () => {
  expect(
    folders('packages')
      .filter((name) => name !== 'testing')
      .toSorted(),
  ).toEqual(Object.keys(ALLOWED).toSorted());
});

test('a package imports only what stands above it, so that contracts can be read without the runtime', () => {
  const wrong = productive.filter(({ file, specifier }) => {
    const [kind, name = ''] = partOf(file).split('/');
    const imported = ours(specifier);
    return kind === 'packages' && imported !== undefined && imported !== name && !ALLOWED[name]?.includes(imported);
  });
  expect(show(wrong)).toEqual([]);
});

test('services never import services: they meet on the bus', () => {
  const services = folders('services');
  const wrong = edges.filter(({ file, specifier }) => {
    const imported = ours(specifier);
    return file.startsWith('services/') && imported !== undefined && services.includes(imported) && !ALLOWED[imported];
  });
  expect(show(wrong)).toEqual([]);
});

test('services import neither the command line nor the supervisor', () => {
  const wrong = productive.filter(({ file, specifier }) => file.startsWith('services/') && NOT_FOR_SERVICES.includes(ours(specifier) ?? ''));
  expect(show(wrong)).toEqual([]);
});

test('the fixtures of tests are imported by tests only', () => {
  const wrong = productive.filter(({ specifier, target }) => ours(specifier) === 'testing' || (target !== undefined && isForTests(target)));
  expect(show(wrong)).toEqual([]);
});

test('no relative import leaves its own package: a package is reached by its name', () => {
  const wrong = productive.filter(({ file, target }) => target !== undefined && /^(packages|services)\//.test(file) && partOf(file) !== partOf(target));
  expect(show(wrong)).toEqual([]);
});

test('analysis, goal and the judge do no I/O, so that a decision can be replayed anywhere', () => {
  const pure = ['packages/analysis', 'packages/goal', 'packages/canary-judge', 'packages/strategy'];
  const wrong = productive.filter(({ file, specifier }) => pure.includes(partOf(file)) && specifier.startsWith('node:') && specifier !== 'node:crypto');
  expect(show(wrong)).toEqual([]);
});

test('a decide file reads nothing but its arguments: no I/O, no bus, no tools', () => {
  const wrong = productive.filter(({ file, specifier }) => {
    const reaches = specifier.startsWith('node:') ? specifier !== 'node:crypto' : ['bus', 'tools', 'telemetry', 'repository'].includes(ours(specifier) ?? '');
    return file.startsWith('services/') && /\/decide[^/]*\.ts$/.test(file) && reaches;
  });
  expect(show(wrong)).toEqual([]);
});
