// What a change touches, run in both versions: differences become findings, what stays becomes tests that mutants prove.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openRepository } from '@awo/repository';
import type { FileDiff, Repository } from '@awo/repository';
import type { Callable } from './callable.ts';
import { changedLines, seenIn, testsOf, texts, workOf } from './change.ts';
import type { Work } from './change.ts';
import { compareFunction } from './compare/compare-function.ts';
import type { Compared } from './compare/compare-function.ts';
import { sentence } from './compare/findings.ts';
import type { Finding } from './compare/findings.ts';
import type { Touched } from './compare/touched.ts';
import { didBefore, doesNow, wordsOf } from './compare/words.ts';
import { patchOf } from './deliver.ts';
import type { Place } from './driver.ts';
import { fits } from './inputs/fits.ts';
import { isSchemaFile, schemasOf } from './inputs/schemas.ts';
import { keepTests } from './keep/keep.ts';
import type { KeptTest } from './keep/keep.ts';
import type { TestFile } from './keep/suite.ts';
import { isTestFile } from './keep/test-files.ts';
import { openCheckouts } from './run/checkout.ts';
import type { Checkouts } from './run/checkout.ts';
import { isolation } from './run/sandbox.ts';
import type { Isolation } from './run/sandbox.ts';
import type { Value } from './value.ts';

/** What a model is told about a function. */
export type Question = { function: string; file: string; source: string; parameters: readonly string[] };
export type GenerateOptions = {
  /** Of everything that is drawn: the same seed gives the same calls. */
  seed?: number;
  /** Calls of each function. */
  calls?: number;
  /** At most so many mutants of the changed lines of a file are made. */
  mutants?: number;
  /** Lists of arguments from a model; those that do not fit the types are left out, the others are checked like all. */
  propose?: (question: Question) => Promise<readonly (readonly Value[])[]>;
  say?: (text: string) => void;
};
type TouchedFunction = {
  file: string;
  line: number;
  function: string;
  because: string;
  calls: number;
  /** Calls whose end depends on time or chance. */
  unsteady: number;
  unjudged: string | null;
};
export type Generated = {
  base: string;
  head: string;
  seed: number;
  isolation: Isolation;
  functions: TouchedFunction[];
  findings: Finding[];
  tests: { kept: KeptTest[]; files: TestFile[]; mutants: { made: number; killedByOthers: number; killedByKept: number }; notes: string[] };
  /** Adds the files; empty where there are none. */
  patch: string;
};

/** Reads `repo`, never writes it. Throws TerminalError `unknown-repository`, `unknown-revision`, `git-failed`. */
export async function generateTests(repo: string, base: string, head: string, options: GenerateOptions = {}): Promise<Generated> {
  const repository = await openRepository(repo);
  let checkouts: Checkouts | undefined;
  try {
    const [from, to] = [(await repository.resolve(base)).sha, (await repository.resolve(head)).sha];
    const diffs = await repository.diff(from, to);
    checkouts = await openCheckouts(repository.root);
    return await generate(repository, checkouts, { from, to, diffs }, options);
  } finally {
    await checkouts?.remove();
    await repository.close();
  }
}

type Change = { from: string; to: string; diffs: FileDiff[] };

async function generate(repository: Repository, checkouts: Checkouts, { from, to, diffs }: Change, options: GenerateOptions): Promise<Generated> {
  const { seed = 1, say = () => undefined } = options;
  const old: Place = { tree: await checkouts.at(from, 'old'), folder: checkouts.folder };
  const now: Place = { tree: await checkouts.at(to, 'new'), folder: checkouts.folder };
  const paths = (await repository.tree(to)).map(({ path }) => path);
  const schemas = schemasOf(await texts(now.tree, paths.filter(isSchemaFile)));
  const changedTests = await texts(now.tree, diffs.map(({ path }) => path).filter(isTestFile));
  const result: Generated = {
    base: from,
    head: to,
    seed,
    isolation: isolation(),
    functions: [],
    findings: [],
    tests: { kept: [], files: [], mutants: { made: 0, killedByOthers: 0, killedByKept: 0 }, notes: [] },
    patch: '',
  };
  for (const diff of diffs) {
    const work = await workOf(diff, old.tree, now.tree, schemas);
    if (work === null) continue;
    if ('unread' in work) {
      result.tests.notes.push(`${diff.path}: ${work.unread}`);
      continue;
    }
    const tests = await texts(now.tree, testsOf(work.driver, paths));
    const seen = await seenIn(work.driver, tests);
    const source = await readFile(join(now.tree, diff.path), 'utf8');
    result.findings.push(...work.gone.map((callable) => goneFinding(callable, diff.path, changedTests)));
    const settled: { callable: Callable; compared: Compared }[] = [];
    for (const touched of work.touched) {
      say(`${diff.path}: ${touched.after.name}`);
      const proposed = await proposedFor(touched.after, diff.path, source, options);
      const compared = await compareFunction({
        driver: work.driver,
        path: diff.path,
        oldPath: diff.oldPath ?? diff.path,
        before: touched.before && { place: old, callable: touched.before },
        after: { place: now, callable: touched.after },
        source: { language: work.driver.language, literals: literalsFor(touched, work) },
        seen: seen.get(touched.after.path.at(-1) ?? '') ?? seen.get(touched.after.name) ?? [],
        proposed,
        seed,
        count: options.calls ?? 600,
      });
      settled.push({ callable: touched.after, compared });
      const { calls, unsteady, unjudged } = compared;
      result.functions.push({
        file: diff.path,
        line: touched.after.lines[0],
        function: touched.after.name,
        because: touched.because,
        calls,
        unsteady,
        unjudged,
      });
      result.findings.push(...findingsOf(touched, diff.path, compared, work, changedTests));
    }
    const changed = await changedLines(repository.root, from, to, diff);
    const kept = await keepTests({
      driver: work.driver,
      path: diff.path,
      module: work.after,
      settled,
      checkouts,
      head: to,
      changed,
      tests,
      seed,
      mutants: options.mutants ?? 30,
      say,
    });
    result.tests.kept.push(...kept.kept);
    result.tests.files.push(...kept.files);
    result.tests.notes.push(...kept.notes);
    for (const key of ['made', 'killedByOthers', 'killedByKept'] as const) result.tests.mutants[key] += kept.mutants[key];
  }
  result.patch = patchOf(result.tests.files);
  return result;
}

async function proposedFor(callable: Callable, file: string, source: string, { propose }: GenerateOptions): Promise<readonly (readonly Value[])[]> {
  if (!propose) return [];
  const lines = source.split('\n').slice(callable.lines[0] - 1, callable.lines[1]);
  const lists = await propose({ function: callable.name, file, source: lines.join('\n'), parameters: callable.parameters.map(({ name }) => name) });
  return lists.filter((args) => args.length <= callable.parameters.length && args.every((arg, i) => fits(callable.parameters[i]?.type ?? { k: 'any' }, arg)));
}

/** The function's own first, then those of its file: what is tried is bounded. */
function literalsFor({ before, after }: Touched, work: Work): Value[] {
  const all = [...(before?.literals ?? []), ...after.literals, ...work.after.literals, ...(work.before?.literals ?? [])];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

const isMeant = (callable: Callable, changedTests: readonly TestFile[]): boolean =>
  changedTests.some(({ text }) => new RegExp(`\\b${(callable.path.at(-1) ?? callable.name).replaceAll(/[^\w]/g, '.')}\\b`).test(text));

function findingsOf({ before, after }: Touched, file: string, compared: Compared, { driver }: Work, changedTests: readonly TestFile[]): Finding[] {
  const base = { file, line: after.lines[0], function: after.name, calls: compared.calls, meant: isMeant(after, changedTests) };
  const found = compared.differing.map((one): Finding => {
    const { language } = driver;
    return {
      ...base,
      // Nobody means an error that the language raises, whatever tests changed with it.
      meant: base.meant && !(one.after.ended.kind === 'threw' && one.after.ended.accident),
      kind: one.kind,
      text:
        one.kind === 'does-not-load' && one.after.ended.kind === 'crashed'
          ? `${file} does not load any more: ${one.after.ended.why}`
          : sentence(after, one, language),
      input: one.args.map((arg) => driver.render(arg) ?? wordsOf(arg, language)),
      before: didBefore(one.before.ended, language),
      after: doesNow(one.after.ended, language),
      seenIn: one.seenIn,
    };
  });
  const [needed, accepted] = [after.parameters.filter((one) => !one.optional).length, before?.parameters.length ?? 0];
  if (before && needed > accepted && after.parameters.every((one) => !one.rest))
    found.push({
      ...base,
      kind: 'signature',
      text: `${after.name} needs ${needed} arguments where it took ${accepted}: ${after.parameters[accepted]?.name ?? 'one'} is new`,
      input: [],
      before: `took ${accepted}`,
      after: `needs ${needed}`,
      seenIn: 0,
    });
  return found;
}

function goneFinding(callable: Callable, file: string, changedTests: readonly TestFile[]): Finding {
  return {
    kind: 'gone',
    file,
    line: callable.lines[0],
    function: callable.name,
    text: `${callable.name} cannot be called any more`,
    input: [],
    before: 'was there',
    after: 'is gone',
    seenIn: 0,
    calls: 0,
    meant: isMeant(callable, changedTests),
  };
}
