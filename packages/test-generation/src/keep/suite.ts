// The framework that a repository tests with, and how its files look: found in what is there. Pure.

type Framework = 'node:test' | 'vitest' | 'jest' | 'pytest' | 'unittest' | 'go test';
export type TestFile = { path: string; text: string };

/** What new files are written like. */
export type Style = {
  framework: Framework;
  quote: "'" | '"';
  semicolon: string;
  indent: string;
  /** `test` or `it`. */
  word: string;
  esm: boolean;
  /** Of specifiers of modules: as in the source, none, or `.js` for TypeScript. */
  ending: 'same' | 'none' | 'js';
  /** Names come by import, or are there. */
  imported: boolean;
  /** Options of `node --test` that the repository gives. */
  nodeOptions: string[];
};

/** `manifest` is the nearest package.json; `tests` are of the language, nearest first. */
export function styleOf(language: 'js' | 'python' | 'go', tests: readonly TestFile[], manifest: string | null, path: string): Style {
  const all = tests.map(({ text }) => text).join('\n');
  const [near] = tests;
  const framework = frameworkOf(language, all, manifest ?? '');
  const text = near?.text ?? '';
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const esm = near ? /^\s*import\s/m.test(text) : /\.(mjs|[mc]?ts|tsx)$/.test(path) || /"type"\s*:\s*"module"/.test(manifest ?? '');
  const specs = [...all.matchAll(/(?:from|require\()\s*['"](\.{1,2}\/[^'"]+)['"]/g)].map(([, spec = '']) => spec);
  const bare = specs.filter((spec) => !/\.[cm]?[jt]sx?$/.test(spec)).length;
  const jsForTs = /\.[cm]?tsx?$/.test(path) && specs.filter((spec) => /\.[cm]?js$/.test(spec)).length > specs.length / 2;
  const script = /"test(?::unit)?"\s*:\s*"([^"]*)"/.exec(manifest ?? '')?.[1] ?? '';
  return {
    framework,
    quote: count(/'/g) >= count(/"/g) ? "'" : '"',
    semicolon: near && count(/;\s*$/gm) < count(/\n/g) / 10 ? '' : ';',
    indent: /^(\t| {2,4})\S/m.exec(text)?.[1] ?? (language === 'python' ? '    ' : '  '),
    word: count(/^\s*it\(/gm) > count(/^\s*test\(/gm) ? 'it' : 'test',
    esm,
    ending: specs.length > 0 && bare > specs.length / 2 ? 'none' : jsForTs ? 'js' : 'same',
    imported: framework === 'node:test' || new RegExp(`from\\s+['"](vitest|@jest/globals)['"]`).test(all) || tests.length === 0,
    nodeOptions: [...script.matchAll(/(?:--import|--require|-r|--loader)[= ](\S+)/g)].map(([, module = '']) => `--import=${module}`),
  };
}

function frameworkOf(language: 'js' | 'python' | 'go', tests: string, manifest: string): Framework {
  if (language === 'go') return 'go test';
  if (language === 'python') return /unittest\.TestCase|from unittest|import unittest/.test(tests) && !/import pytest/.test(tests) ? 'unittest' : 'pytest';
  if (/['"]node:test['"]/.test(tests)) return 'node:test';
  if (/['"]vitest['"]/.test(tests)) return 'vitest';
  if (/['"]@jest\/globals['"]/.test(tests)) return 'jest';
  if (/"vitest"\s*:/.test(manifest)) return 'vitest';
  return /"(ts-)?jest"\s*:/.test(manifest) ? 'jest' : 'node:test';
}

/** Where the tests of a module would stand, as the others do; a name of its own, so that nothing that is there is touched. */
export function placeFor(language: 'js' | 'python' | 'go', path: string, tests: readonly TestFile[], taken: (path: string) => boolean): string {
  const dir = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
  const file = path.slice(path.lastIndexOf('/') + 1);
  const stem = file.replace(/\.[^.]+$/, '');
  const inDir = (where: string, name: string): string => (where === '.' || where === '' ? name : `${where}/${name}`);
  const near = tests[0]?.path ?? '';
  const nearDir = near.includes('/') ? near.slice(0, near.lastIndexOf('/')) : '.';
  const nearFile = near.slice(near.lastIndexOf('/') + 1);
  const free = (make: (word: string) => string): string =>
    ['characterisation', 'characterisation2', 'characterisation3'].map(make).find((one) => !taken(one)) ?? make('characterisation4');
  if (language === 'go') return free((word) => inDir(dir, `${stem}_${word}_test.go`));
  if (language === 'python') {
    const where = near === '' ? 'tests' : nearDir;
    return free((word) => inDir(where, nearFile.endsWith('_test.py') ? `${stem}_${word}_test.py` : `test_${stem}_${word}.py`));
  }
  const mark =
    /[._-](test|spec)\.[cm]?[jt]sx?$/.exec(nearFile)?.[0] ?? `.test${/\.[cm]?[jt]sx?$/.exec(file)?.[0].replace('tsx', 'ts').replace('jsx', 'js') ?? '.js'}`;
  return free((word) => inDir(near === '' ? dir : nearDir, `${stem}.${word}${mark}`));
}

/** Tests that speak of the module first, then those that are near it. */
export function nearestFirst(path: string, tests: readonly TestFile[]): TestFile[] {
  const stem = path.replace(/^.*\//, '').replace(/\.[^.]+$/, '');
  const dirs = path.split('/').slice(0, -1);
  const score = ({ path: at, text }: TestFile): number => {
    const shared = at.split('/').findIndex((part, i) => part !== dirs[i]);
    return (new RegExp(`\\b${stem.replaceAll(/[^\w]/g, '.')}\\b`).test(at.replace(/^.*\//, '')) ? 100 : 0) + (text.includes(stem) ? 20 : 0) + shared;
  };
  return tests.toSorted((a, b) => score(b) - score(a) || (a.path < b.path ? -1 : 1));
}
