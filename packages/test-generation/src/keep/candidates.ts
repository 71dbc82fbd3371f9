// Which settled calls could become tests: readable ones, the simplest first. Pure.
import type { Callable } from '../callable.ts';
import type { Settled } from '../compare/compare-function.ts';
import type { Outcome } from '../compare/outcome.ts';
import { readingOrder, testCaseOf } from './test-case.ts';
import type { TestCase } from './test-case.ts';

export type Candidate = { test: TestCase; outcome: Outcome };

/** More than are made unless somebody asks for more: which of them tells a mutant apart is not seen by looking at their ends. */
const MAX_CANDIDATES = 1000;

export function candidatesOf(
  callable: Callable,
  settled: readonly Settled[],
  language: 'js' | 'python' | 'go',
  render: Parameters<typeof testCaseOf>[3],
  known: (type: string) => boolean,
): Candidate[] {
  return settled
    .flatMap((one): Candidate[] => {
      const test = testCaseOf(callable, one, language, render, known);
      return test ? [{ test, outcome: one.outcome }] : [];
    })
    .toSorted((a, b) => readingOrder(a.test, b.test))
    .slice(0, MAX_CANDIDATES);
}

/** The fewest that tell all of the mutants apart, by taking what tells most of the rest; the first of equals reads best. */
export function cover<M>(told: ReadonlyMap<M, readonly Candidate[]>): Map<Candidate, M[]> {
  const chosen = new Map<Candidate, M[]>();
  const left = new Set([...told].filter(([, some]) => some.length > 0).map(([mutant]) => mutant));
  while (left.size > 0) {
    const counts = new Map<Candidate, M[]>();
    for (const mutant of left) for (const candidate of told.get(mutant) ?? []) counts.set(candidate, [...(counts.get(candidate) ?? []), mutant]);
    const [best] = [...counts].toSorted(([a, x], [b, y]) => y.length - x.length || readingOrder(a.test, b.test));
    if (!best) break;
    chosen.set(...best);
    for (const mutant of best[1]) left.delete(mutant);
  }
  return chosen;
}
