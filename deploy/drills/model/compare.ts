// The same drills without a model and with each of some, one after the other, in an installation each.
import type { Drill } from '../drills/drill.ts';
import { inOwnInstallation, playAll, type Theatre } from '../play-all.ts';
import { type Model, withoutModel } from './environment.ts';
import type { Pair } from './table.ts';

/** `done`: called with all pairs so far, after each. */
export async function compare(drills: readonly Drill[], models: readonly Model[], theatre: Theatre, done: (pairs: readonly Pair[]) => void): Promise<Pair[]> {
  const { say } = theatre;
  say('Without a model');
  const without = await inOwnInstallation(withoutModel(process.env), theatre, (home) => playAll(drills, home, theatre));
  const pairs: Pair[] = [];
  for (const { name, env } of models) {
    say(`With the model ${name}`);
    await inOwnInstallation(env, theatre, (home) =>
      playAll(drills, home, theatre, (played) => {
        const before = without.find((p) => p.drill === played.drill);
        if (before) pairs.push({ model: name, without: before, with: played });
        done(pairs);
      }),
    );
  }
  return pairs;
}
