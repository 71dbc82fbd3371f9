// The same mistake tested five times: what failed before comes first the next time, so that bad news comes sooner.
import { z } from 'zod';
import { ROUND_DOWN, SEARCH } from '../changes.ts';
import type { Stage } from './play.ts';
import type { PlayedLearning } from './played.ts';
import { learntInWords, toldAfter } from './summary.ts';

const RUNS = 5;
const Answer = z.object({ firstFailureMs: z.number().nullable(), order: z.array(z.object({ suite: z.string(), because: z.string() })).min(1) });

/** Exit code. `awo test run` keeps what it learns apart from the agents, so that its first run knows nothing. */
export async function playLearning({ awo, shop, played, save, say, signal }: Omit<Stage, 'customers'>): Promise<number> {
  const { ref } = ROUND_DOWN;
  if (played.learning) {
    say(`\nThe mistake of ${ref} once more\n    played before: ${learntInWords(played.learning)}`);
    return 0;
  }
  // As it would be without the cache: what has passed once is not run again.
  const args = ['test', 'run', '--repo', shop, '--base', SEARCH.ref, '--head', ref, '--fresh', '--stop-at-first-failure'];
  say(`\nThe mistake of ${ref} once more, ${RUNS} times: do the tests tell of it sooner?\n$ npx awo ${args.join(' ')}`);
  const runs: PlayedLearning['first'][] = [];
  for (let n = 1; n <= RUNS; n += 1) {
    if (signal.aborted) return 130;
    const [answer] = await awo.read(args);
    const { firstFailureMs, order } = Answer.parse(answer);
    const [{ suite, because } = { suite: '', because: '' }] = order;
    runs.push({ firstFailureMs, suite });
    say(`    run ${n}: ${toldAfter(firstFailureMs)}; first came ${suite}: ${because}`);
  }
  const [first] = runs;
  const last = runs.at(-1);
  if (!first || !last) return 0;
  played.learning = { ref, runs: RUNS, first, last };
  await save(played);
  return 0;
}
