// What the pages say about files and commands is true: links lead somewhere, commands and options exist, sizes are kept.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readUsage } from './usage.ts';
import { anchorsOf, blocksOf, commandsOf, guides, linksOf, mentionsOf, pages, ROOT } from './pages.ts';
import { expect, test } from 'vitest';

const all = pages();
const usage = await readUsage();

test('there is something to look at, so that an empty list never passes for a good one', () => {
  expect(all.length).toBeGreaterThan(30);
  expect(all.flatMap(linksOf).length).toBeGreaterThan(50);
  expect(commandsOf(guides()).length).toBeGreaterThan(20);
  expect(all.flatMap(mentionsOf).length).toBeGreaterThan(60);
  expect(all.flatMap(mentionsOf).filter(({ options }) => options.length > 0).length).toBeGreaterThan(10);
});

test('every link to a file leads to a file, and every anchor to a heading', () => {
  const byFile = new Map(all.map((one) => [one.file, one]));
  const dead = all.flatMap(linksOf).filter(({ path, anchor }) => {
    if (!existsSync(join(ROOT, path))) return true;
    const target = byFile.get(path);
    return anchor !== undefined && (target === undefined || !anchorsOf(target).includes(anchor));
  });
  expect(dead.map(({ file, target }) => `${file}: ${target}`)).toEqual([]);
});

test('every mention of awo names a command and options that it has', () => {
  const wrong = all
    .flatMap(mentionsOf)
    .filter(({ command, options }) => options.some((option) => !usage.get(command)?.includes(option)) || !usage.has(command));
  expect(wrong.map(({ file, command, options }) => `${file}: awo ${[command, ...options].join(' ')}`)).toEqual([]);
});

test('every command is in docs/cli.md, so that none is a secret', () => {
  const page = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');
  expect(usage.size).toBeGreaterThan(15);
  expect([...usage.keys()].filter((command) => !page.includes(`awo ${command}`))).toEqual([]);
});

test('README has one page and the documents two screens each, as nobody reads more', () => {
  // Tables that a command writes are looked up and not read through; they stand between marks.
  const lines = (file: string) =>
    readFileSync(join(ROOT, file), 'utf8')
      .replaceAll(/<!-- (\w+) -->.*?<!-- \/\1 -->/gs, '')
      .split('\n').length;
  expect(lines('README.md')).toBeLessThanOrEqual(110);
  expect(lines('CONTRIBUTING.md')).toBeLessThanOrEqual(50);
  // One section per promise, each half a screen.
  const room = (file: string) => (file === 'docs/guarantees.md' ? 8 * 22 : 140);
  expect(all.filter(({ file }) => lines(file) > room(file)).map(({ file }) => file)).toEqual([]);
});

test('commands stand in sh blocks, where they are run, and not in blocks that nobody looks at', () => {
  const hidden = guides()
    .flatMap(blocksOf)
    .filter((block) => ['bash', 'shell', 'console', ''].includes(block.language))
    .map((block) => `${block.file}:${block.line}`);
  expect(hidden).toEqual([]);
});

test('every page of docs is reached from README', () => {
  const linked = new Set(
    all
      .filter(({ file }) => file === 'README.md')
      .flatMap(linksOf)
      .map(({ path }) => path),
  );
  expect(
    guides()
      .map(({ file }) => file)
      .filter((file) => file.startsWith('docs/') && !linked.has(file)),
  ).toEqual([]);
});

test('every alert has its paragraph in docs/operations.md, where its runbook leads', () => {
  const anchors = anchorsOf({ file: '', text: readFileSync(join(ROOT, 'docs/operations.md'), 'utf8') });
  const alerts = readFileSync(join(ROOT, 'deploy/observability/alerts.yaml'), 'utf8');
  const names = [...alerts.matchAll(/alert: (\w+)/g)].map(([, name = '']) => name.toLowerCase());
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !anchors.includes(name))).toEqual([]);
  expect([...alerts.matchAll(/runbook: docs\/operations\.md#(\w+)/g)].map(([, name]) => name)).toEqual(names);
});
