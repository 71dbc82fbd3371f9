// Takes out one guard at a time and counts the seeds until an invariant notices: a guard that nothing misses is not needed, or not tested.
import { GUARDS } from './guards.ts';
import type { Guard } from './guards.ts';
import { runSeeds } from './tally.ts';

type Found = { guard: Guard; seed: number | null; tried: number; invariant: string };

/** Seeds until the loss of `guard` is noticed; null: not within `seeds`. */
async function seedsUntilNoticed(guard: Guard, seeds: number, jobs: number): Promise<Found> {
  const total = await runSeeds({ from: 1, seeds, jobs, without: guard.name, first: true });
  const [first] = total.failures;
  return { guard, seed: first?.seed ?? null, tried: total.seeds, invariant: first?.invariant ?? '' };
}

/** Prints the table of docs/simulation.md, or one line of it. False when a loss was not noticed. */
export async function calibrate({ seeds, jobs, only }: { seeds: number; jobs: number; only: string | undefined }): Promise<boolean> {
  console.log('| guard taken out | so that | noticed by | first seed |\n|---|---|---|---|');
  let all = true;
  for (const guard of GUARDS.filter(({ name }) => only === undefined || name === only)) {
    const { seed, invariant } = await seedsUntilNoticed(guard, seeds, jobs);
    all &&= seed !== null;
    console.log(`| ${guard.name} | ${guard.without} | ${seed === null ? `nothing in ${seeds} seeds` : invariant} | ${seed ?? '-'} |`);
  }
  return all;
}
