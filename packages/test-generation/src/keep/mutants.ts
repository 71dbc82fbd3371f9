// The mutants of the changed lines that no existing test notices, and the calls that tell them apart.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutantsOf, sampleMutants } from '@awo/mutation';
import type { Mutant } from '@awo/mutation';
import { differenceOf } from '../compare/compare.ts';
import type { Driver, Place } from '../driver.ts';
import type { Candidate } from './candidates.ts';

export async function changedMutants(
  tree: string,
  path: string,
  lines: readonly (readonly [number, number])[],
  count: number,
  seed: number,
): Promise<Mutant[]> {
  return sampleMutants(await mutantsOf(path, readFileSync(join(tree, path), 'utf8'), { lines }), count, seed).toSorted((a, b) => a.line - b.line);
}

/** Does `work` with the mutant in the place of the file, and puts the file back whatever happens. */
export async function withMutant<T>(tree: string, { file, text }: Mutant, work: () => Promise<T>): Promise<T> {
  const path = join(tree, file);
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  try {
    return await work();
  } finally {
    writeFileSync(path, before);
  }
}

/** Candidates that end otherwise with the mutant. One that cannot be loaded is a mutant that anybody notices. */
export async function tellingApart(driver: Driver, place: Place, mutant: Mutant, candidates: readonly Candidate[]): Promise<Candidate[] | null> {
  return withMutant(place.tree, mutant, async () => {
    const found: Candidate[] = [];
    for (const [callable, own] of Map.groupBy(candidates, ({ test }) => test.callable)) {
      const [result] = await driver.run(place, { path: mutant.file, callable, cases: own.map(({ test }) => test.args), rounds: [0] });
      if (!result || result.failed) return null;
      for (const [i, candidate] of own.entries()) {
        const outcome = result.outcomes[i];
        if (outcome && isTold(candidate, differenceOf(candidate.outcome, outcome))) found.push(candidate);
      }
    }
    return found;
  });
}

/** Tests hold what comes back and what becomes of an argument; not what is printed. */
const isTold = ({ test }: Candidate, difference: ReturnType<typeof differenceOf>): boolean =>
  difference === 'ended' || (difference === 'argument' && test.leaves !== null);
