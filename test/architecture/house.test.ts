// How files look: names, sizes, first lines, and what must not be in them.
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { isForTests, isOurs, isTypeScript, ownFiles, read, readsEnvironment } from './sources.ts';

const files = ownFiles().filter(isOurs);
const code = files.filter((file) => isTypeScript(file) || file.endsWith('.mjs'));
const LIMIT = 300;

test('code files are kebab-case, so that a name reads the same on every file system', () => {
  expect(code.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.property)?(\.(test|fixture|config))?\.(ts|mjs)$/.test(basename(file)))).toEqual([]);
});

test('no file or folder is named after nothing', () => {
  const empty = new Set(['utils', 'util', 'common', 'helpers', 'helper', 'manager', 'managers', 'impl', 'misc']);
  expect(code.filter((file) => file.split(/[/.-]/).some((word) => empty.has(word.toLowerCase())))).toEqual([]);
});

test(`a file past ${LIMIT} lines is two ideas`, () => {
  expect(code.filter((file) => read(file).split('\n').length - 1 > LIMIT)).toEqual([]);
});

test('the first line of a file says what it owns', () => {
  const opening = (file: string) =>
    read(file)
      .split('\n')
      .find((line) => !line.startsWith('#!')) ?? '';
  expect(code.filter((file) => !/^\/\/ \S.{10,}/.test(opening(file)))).toEqual([]);
});

test('exports have names', () => {
  // vitest and its like ask for a default export in their own configuration files, and of a reporter.
  expect(code.filter((file) => !/\.config\.ts$|-reporter\.mjs$/.test(file) && /^export default /m.test(read(file)))).toEqual([]);
});

/** Composition roots: the files that a process starts with. */
const isMain = (file: string) => /(^|[/-])(main|down)\.ts$/.test(file);
/** The launchers, the demo and the examples are what a process starts with; the command line is one program with many files. */
const IS_PROGRAM = /^(packages\/cli|bin|deploy|examples)\//;

test('only a main.ts reads variables of the environment, so that everything else can be started twice in one process', () => {
  const readers = code.filter(readsEnvironment);
  expect(readers.filter(isMain).length).toBeGreaterThan(0);
  expect(readers.filter((file) => !isMain(file) && !isForTests(file) && !IS_PROGRAM.test(file))).toEqual([]);
});

test('no decision asks the clock or chance: both are facts', () => {
  const decisions = code.filter((file) => !isForTests(file) && (/^services\/.*\/decide[^/]*\.ts$/.test(file) || /^packages\/(analysis|goal)\//.test(file)));
  expect(decisions.length).toBeGreaterThan(5);
  expect(decisions.filter((file) => /\bDate\.now\(|new Date\(\)|Math\.random\(|performance\.now\(/.test(read(file)))).toEqual([]);
});

test('nothing that is checked in knows the machine it was written on', () => {
  const homes = /(?<![\w.])\/(home|Users)\/(?!runner\b|node\b|user\b|you\b|me\b|ada\b)[a-z][\w-]*\/|(?<![\w./-])\/(root|work)\/[a-z.]/;
  // Spelled in two halves, so that this file does not find itself.
  const registries = new RegExp(
    `https?://(?![^/\\s'"]*\\.example)[^/\\s'"]*(${['regi' + 'stry', 'artif' + 'actory', 'gopr' + 'oxy', 'ver' + 'daccio'].join('|')})[^/\\s'"]*`,
  );
  const text = files.filter((file) => /\.(ts|mjs|js|json|ya?ml|md|sh|txt|conf)$|(^|\/)[A-Za-z.]+$/.test(file) && !file.startsWith('test/architecture/'));
  const found = text.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (homes.test(line) || registries.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
  expect(found).toEqual([]);
});

test('the formatter has the last word everywhere: a long line that it may not break is read by nobody', () => {
  // Spelled in two halves, so that this file does not find itself.
  const escape = new RegExp(`(prettier|oxfmt)-${'ignore'}`);
  expect(code.filter((file) => escape.test(read(file)))).toEqual([]);
});

test('no promise is left open in a comment, and no check is switched off', () => {
  const marks = /^[^'"`]*(\/\/|\/?\*).*\b(TODO|FIXME|XXX)\b|^\s*\/[/*]\s*(@ts-|eslint-|oxlint-(?!disable-next-line [a-z]))|[:<]\s*any\b[^A-Za-z ]|\bas any\b/;
  const found = code.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (marks.test(line) && !file.startsWith('test/architecture/') ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});
