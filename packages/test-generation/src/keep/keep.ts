// From settled calls to tests that are kept: each passes five times, and fails on a mutant of the changed lines that no other test notices.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from '@awo/mutation';
import type { Callable, Module } from '../callable.ts';
import type { Compared } from '../compare/compare-function.ts';
import type { Driver, Place } from '../driver.ts';
import { importName } from '../python/driver.ts';
import type { Checkouts } from '../run/checkout.ts';
import { candidatesOf, cover } from './candidates.ts';
import type { Candidate } from './candidates.ts';
import { changedMutants, tellingApart, withMutant } from './mutants.ts';
import { runTests } from './run-tests.ts';
import type { Suite, Variant } from './run-tests.ts';
import { nearestFirst, placeFor, styleOf } from './suite.ts';
import type { Style, TestFile } from './suite.ts';
import type { TestCase } from './test-case.ts';
import { writeGo } from './write-go.ts';
import { writeJs } from './write-js.ts';
import { writePython } from './write-python.ts';

export type KeptTest = { file: string; function: string; title: string; /** Mutants that only this file notices. */ kills: string[] };
export type Kept = {
  kept: KeptTest[];
  files: TestFile[];
  mutants: { made: number; killedByOthers: number; killedByKept: number };
  notes: string[];
};
export type Keeping = {
  driver: Driver;
  path: string;
  module: Module;
  settled: readonly { callable: Callable; compared: Compared }[];
  checkouts: Checkouts;
  head: string;
  /** Changed lines of the new version. */
  changed: readonly (readonly [number, number])[];
  tests: readonly TestFile[];
  seed: number;
  /** At most so many are made. */
  mutants: number;
  say: (text: string) => void;
};

const TEST_MS = 120_000;
/** Where all tests of the language take longer, only those that speak of the module are asked. */
const ALL_MS = 20_000;
const MAX_TESTS = 12;
/** Twice as they are, at another time, in the other order, and with another order of sets: five times in all. */
const PASSES: readonly (Variant & { reversed?: boolean })[] = [
  {},
  { later: true },
  { reversed: true, hashSeed: 1 },
  { hashSeed: 2 },
  { reversed: true, later: true, hashSeed: 3 },
];

export async function keepTests(keeping: Keeping): Promise<Kept> {
  const { driver, path, module, settled, checkouts, head, tests, say } = keeping;
  const none = (note: string | null): Kept => ({
    kept: [],
    files: [],
    mutants: { made: 0, killedByOthers: 0, killedByKept: 0 },
    notes: note === null ? [] : [`${path}: ${note}`],
  });
  const tree = await checkouts.at(head, 'mutants');
  const place: Place = { tree, folder: checkouts.folder };
  const near = nearestFirst(path, tests);
  const style = styleOf(driver.language, near, manifestFor(tree, path), path);
  const external = driver.language === 'go' && near.some((one) => dirname(one.path) === dirname(path) && /^package \w+_test$/m.test(one.text));
  const known = (type: string): boolean =>
    /^(Error|TypeError|RangeError|SyntaxError|[A-Z]\w*(Error|Exception))$/.test(type) &&
    (driver.language !== 'python' || BUILT_IN.test(type) || module.statements.has(type));
  const candidates = settled.flatMap(({ callable, compared }) =>
    external && !/^[A-Z]/.test(callable.path.at(-1) ?? '') ? [] : candidatesOf(callable, compared.settled, driver.language, driver.render, known),
  );
  if (candidates.length === 0) return none(settled.length === 0 ? null : 'no call has an end that a test could hold');
  const mutants = await changedMutants(tree, path, keeping.changed, keeping.mutants, keeping.seed);
  if (mutants.length === 0) return none('its changed lines hold nothing that a mutant could change');
  const suite: Suite = { tree, folder: checkouts.folder, style, timeoutMs: TEST_MS };
  const own = await passingTests(suite, near, path);
  const told = new Map<Mutant, Candidate[]>();
  let killedByOthers = 0;
  for (const [i, mutant] of mutants.entries()) {
    say(`${path}: mutant ${i + 1} of ${mutants.length}`);
    const apart = await tellingApart(driver, place, mutant, candidates);
    // One that cannot be loaded is noticed by whoever loads it.
    if (apart === null) killedByOthers += 1;
    else if (apart.length > 0) {
      const survives = own.files.length === 0 || (await withMutant(tree, mutant, () => runTests(suite, own.files))).passed;
      if (survives) told.set(mutant, apart);
      else killedByOthers += 1;
    }
  }
  const counts = { made: mutants.length, killedByOthers, killedByKept: 0 };
  const chosen = [...cover(told)].toSorted((a, b) => b[1].length - a[1].length).slice(0, MAX_TESTS);
  const notes = own.notes.map((note) => `${path}: ${note}`);
  if (chosen.length === 0) return { ...none('existing tests notice every mutant that a call tells apart'), mutants: counts };
  const target = placeFor(driver.language, path, near, (one) => existsSync(join(tree, one)));
  const write = writerFor(keeping, tree, target, style, external);
  const proven = await prove(suite, target, write, chosen, say);
  if (proven.length === 0) return { ...none('no test passed five times and noticed its mutant'), mutants: counts };
  const kept = proven.map(([{ test }, own]) => ({
    file: target,
    function: test.callable.name,
    title: test.title,
    kills: own.map((mutant) => `${mutant.file}:${mutant.line} ${mutant.description}`),
  }));
  return {
    kept,
    files: [{ path: target, text: write(proven.map(([{ test }]) => test)) }],
    mutants: { ...counts, killedByKept: new Set(proven.flatMap(([, own]) => own)).size },
    notes,
  };
}

const BUILT_IN =
  /^(ValueError|TypeError|KeyError|IndexError|RuntimeError|ArithmeticError|ZeroDivisionError|OverflowError|LookupError|NotImplementedError|AttributeError|PermissionError|FileNotFoundError|OSError|AssertionError|Exception)$/;

/** Drops what does not pass in every run, then what does not notice its mutants. */
async function prove(
  suite: Suite,
  target: string,
  write: (cases: readonly TestCase[]) => string,
  chosen: readonly [Candidate, Mutant[]][],
  say: (text: string) => void,
): Promise<[Candidate, Mutant[]][]> {
  const file = join(suite.tree, target);
  const run = async (cases: readonly TestCase[], variant: Variant & { reversed?: boolean }): Promise<boolean> => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, write(variant.reversed ? cases.toReversed() : cases));
    return (await runTests(suite, [target], variant)).passed;
  };
  const passes = async (cases: readonly TestCase[]): Promise<boolean> => {
    for (const variant of PASSES) if (!(await run(cases, variant))) return false;
    return true;
  };
  try {
    say(`${target}: ${chosen.length} tests, five times`);
    let steady = [...chosen];
    if (!(await passes(steady.map(([{ test }]) => test)))) {
      steady = [];
      for (const one of chosen) if (await passes([one[0].test])) steady.push(one);
    }
    const proven: [Candidate, Mutant[]][] = [];
    for (const [candidate, mutants] of steady) {
      // The framework has the last word on one of them; of the others the call itself has told.
      const [first] = mutants;
      if (first && !(await withMutant(suite.tree, first, () => run([candidate.test], {})))) proven.push([candidate, mutants]);
    }
    return proven;
  } finally {
    rmSync(file, { force: true });
  }
}

/** The existing tests that pass as they are; only these can notice anything. */
async function passingTests(suite: Suite, tests: readonly TestFile[], path: string): Promise<{ files: string[]; notes: string[] }> {
  const all = tests.map((one) => one.path);
  if (all.length === 0) return { files: [], notes: [] };
  const stem = path.replace(/^.*\//, '').replace(/\.[^.]+$/, '');
  const near = tests.filter(({ path: at, text }) => text.includes(stem) || dirname(at) === dirname(path)).map((one) => one.path);
  const whole = await runTests({ ...suite, timeoutMs: ALL_MS }, all);
  if (whole.passed && whole.ms < ALL_MS) return { files: all, notes: [] };
  const passing: string[] = [];
  const left: string[] = [];
  for (const file of near.slice(0, 12)) ((await runTests(suite, [file])).passed ? passing : left).push(file);
  return {
    files: passing,
    notes: [`asked of the existing tests: ${passing.join(', ') || 'none'}${left.length > 0 ? `; they fail as they are: ${left.join(', ')}` : ''}`],
  };
}

function writerFor(
  { driver, path, module, tests }: Keeping,
  tree: string,
  target: string,
  style: Style,
  external: boolean,
): (cases: readonly TestCase[]) => string {
  if (driver.language === 'js') return (cases) => writeJs(path, target, cases, style);
  if (driver.language === 'python') {
    const name = importName(
      tree,
      path,
      tests.map(({ text }) => text),
    );
    return (cases) => writePython(name, new Set(module.statements.keys()), cases, style);
  }
  const packageName = /^package\s+(\w+)/m.exec(readFileSync(join(tree, path), 'utf8'))?.[1] ?? 'main';
  const importPath = external ? goImportPath(tree, dirname(path)) : null;
  return (cases) => writeGo(packageName, importPath, cases);
}

function goImportPath(tree: string, dir: string): string {
  for (let at = dir; ; at = dirname(at)) {
    const manifest = join(tree, at, 'go.mod');
    const module = existsSync(manifest) ? /^module\s+(\S+)/m.exec(readFileSync(manifest, 'utf8'))?.[1] : undefined;
    if (module !== undefined) return join(module, at === '.' ? dir : dir.slice(at.length + 1));
    if (at === '.') return dir;
  }
}

function manifestFor(tree: string, path: string): string | null {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    const file = join(tree, dir, 'package.json');
    if (existsSync(file)) return readFileSync(file, 'utf8');
    if (dir === '.') return null;
  }
}
