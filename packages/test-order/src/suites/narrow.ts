// Which suites need not run whole: those of which a few test files see the change, where leaving out the others saves time. Pure.
import type { Reach, SuiteFiles } from '@awo/contracts';
import type { Place } from './order-suites.ts';
import { testedUnits } from './reached-suites.ts';

/** The list travels in every commit of the goal, which must stay small. */
const MOST_FILES = 40;
const LONGEST_PATH = 200;

/**
 * The files of the suites that `reach` tells apart, those that save most first. Not where the analysis was not sure, nor of a suite that stands in for
 * units below it without one: theirs are other files.
 */
export function narrowSuites(
  suites: readonly { id: string; unit: string }[],
  { units, tests = [], fallback }: Pick<Reach, 'units' | 'tests' | 'fallback'>,
): SuiteFiles[] {
  if (fallback !== null) return [];
  const standsIn = testedUnits(
    suites,
    units.filter(({ id }) => !suites.some(({ unit }) => unit === id)),
  );
  const found = tests
    .filter(({ unit, files }) => !standsIn.has(unit) && files.every((file) => file.length <= LONGEST_PATH))
    .flatMap(({ unit, files, of }) => suites.filter((suite) => suite.unit === unit).map(({ id }) => ({ suite: id, files, of })))
    .toSorted((a, b) => b.of - b.files.length - (a.of - a.files.length) || (a.suite < b.suite ? -1 : 1));
  let room = MOST_FILES;
  return found.filter(({ files }) => {
    const fits = files.length <= room;
    if (fits) room -= files.length;
    return fits;
  });
}

/** Starting a runner takes seconds by itself: below this there is nothing to save. */
const WORTH_NARROWING_MS = 10_000;

type Known = Pick<Place, 'suite' | 'predictedMs' | 'first' | 'failedLast'>;

/** The files that a suite is to run, with those that failed lately; none: it runs whole. So does one that never ran yet, and one that failed when it ran last. */
export function filesToRun({ suite, predictedMs, first, failedLast }: Known, narrow: readonly SuiteFiles[]): string[] {
  const reached = narrow.find((one) => one.suite === suite.id);
  if (reached === undefined || failedLast || predictedMs === null || predictedMs < WORTH_NARROWING_MS) return [];
  return [...new Set([...first, ...reached.files])];
}
