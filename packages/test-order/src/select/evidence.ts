// Gathers from coverage, line by line, what each test has to do with a change. Pure.
import type { CoverageLine } from '../lines.ts';
import { type Change, type ChangedFunction, type ChangedSource, isSame, type LineRange, overlaps, parseFunction } from './change.ts';

type Touch = { path: string; functions: ChangedFunction[]; lines: readonly LineRange[] | null };
export type Evidence = {
  cover(line: CoverageLine): void;
  /** Every test that coverage knows: how much it executes, and what of the changed files. */
  tests: Map<string, { breadth: number; touches: Touch[] }>;
};

export function gatherEvidence(change: Change): Evidence {
  const tests: Evidence['tests'] = new Map();
  const changed = new Map<string, ChangedSource>();
  for (const file of change.files) for (const path of [file.path, file.oldPath]) if (path !== undefined) changed.set(path, file);
  const known = new Map<string, ChangedSource | undefined>();
  /** Coverage tools write paths from the root of the machine, or with the other slash. */
  const sourceOf = (file: string): ChangedSource | undefined => {
    if (!known.has(file)) {
      const path = file.replaceAll('\\', '/').replace(/^\.\//, '');
      const absolute = /^(\/|[A-Za-z]:)/.test(path);
      const longest = [...changed.keys()].filter((one) => absolute && path.endsWith(`/${one}`)).sort((a, b) => b.length - a.length)[0];
      known.set(file, changed.get(path) ?? changed.get(longest ?? ''));
    }
    return known.get(file);
  };
  return {
    tests,
    cover({ test, file, functions, lines }) {
      const own = tests.get(test) ?? { breadth: 0, touches: [] };
      tests.set(test, own);
      own.breadth += functions?.length ?? 1;
      const source = sourceOf(file);
      if (source) own.touches.push({ path: source.path, functions: (functions ?? []).flatMap((text) => parseFunction(text) ?? []), lines: lines ?? null });
    },
  };
}

/** One changed place that tests may execute. */
export type Place = { key: string; words: string; tests: Set<string>; kind: 'line' | 'function' | 'module' | 'beside' | 'file' };

/** The changed places and who executes each. The finest level that any test shows for a file counts; coarser ones stand behind it. */
export function placesOf(change: Change, evidence: Evidence): Place[] {
  const places = new Map<string, Place>();
  const put = (kind: Place['kind'], path: string, what: string, words: string, test: string): void => {
    const key = `${kind} ${path} ${what}`;
    const place = places.get(key) ?? { key, words, tests: new Set<string>(), kind };
    places.set(key, place);
    place.tests.add(test);
  };
  for (const file of change.files.filter((one) => !one.isTest)) {
    const rows = [...evidence.tests].flatMap(([test, { touches }]) => touches.filter((touch) => touch.path === file.path).map((touch) => ({ test, touch })));
    const functions =
      file.functions ??
      nearestFunctions(
        file,
        rows.flatMap(({ touch }) => touch.functions),
      );
    const atFunctions = rows.some(({ touch }) => touch.functions.length > 0);
    const ran = rows.flatMap(({ touch }) => touch.lines ?? []);
    const judged = [...file.lines, ...file.anchors].filter((range) => overlaps(ran, [range]));
    // Lines decide where some test shows that it reaches the change, and every changed place has lines that would show it.
    const atLines = judged.length > 0 && !file.blind;
    for (const { test, touch } of rows) {
      const hit = functions.filter((one) => touch.functions.some((covered) => isSame(covered, one)));
      const onLines = touch.lines !== null && overlaps(touch.lines, judged);
      const passes = atLines && touch.lines !== null && !onLines;
      for (const one of hit) {
        const words = `${one.name || 'a function'} of ${file.path}:${one.line}`;
        put(passes ? 'beside' : 'function', file.path, lineless(one, hit), passes ? `${words}, but not its changed lines` : words, test);
      }
      if (onLines) put('line', file.path, '', `changed lines of ${file.path}`, test);
      // Without functions and lines the file is all that is known; what runs at load time reaches whoever loads it.
      const coarse = !atFunctions && touch.lines === null;
      if (coarse || (file.outside && (hit.length === 0 || passes) && !onLines))
        put('module', file.path, '', `${file.path}, which changed outside of functions`, test);
      else if (hit.length === 0 && !onLines) put('file', file.path, '', `other parts of ${file.path}`, test);
    }
  }
  return [...places.values()];
}

/** A function that only moved is there twice, before and after: once is enough. */
const lineless = (one: ChangedFunction, all: readonly ChangedFunction[]): string =>
  one.name !== '' && all.filter((other) => other.name === one.name).length <= 2 ? one.name : `${one.name}@${one.line}`;

/** Where functions could not be read from the source: the last one that starts before a changed line. */
function nearestFunctions({ lines }: ChangedSource, covered: readonly ChangedFunction[]): ChangedFunction[] {
  const sorted = covered.toSorted((a, b) => a.line - b.line);
  return lines.flatMap(([from, to]) => {
    const before = sorted.findLast((one) => one.line <= from);
    return [...(before ? [before] : []), ...sorted.filter((one) => one.line > from && one.line <= to)];
  });
}
