// Takes the shop's releases through the installation, one after the other, by `awo release`.
import { Commit, type GoalState, type Outcome } from '@awo/contracts';
import { z } from 'zod';
import type { Release } from '../shop.ts';
import type { Awo } from './awo.ts';
import { failedIn, type Customers } from './customers.ts';
import { exposuresOf } from './exposure.ts';
import type { Played, PlayedRelease } from './played.ts';

export type Stage = {
  awo: Awo;
  shop: string;
  customers: Customers;
  played: Played;
  save: (played: Played) => Promise<void>;
  say: (line: string) => void;
  signal: AbortSignal;
};

/** A goal that ended like this was judged; any other end means that the system could not do its work. */
const VERDICTS: readonly Outcome[] = ['done', 'rolled-back', 'stopped'];
const REACHED = 0;
const ENDED_OTHERWISE = 1;
const SYSTEM_ERROR = 3;

/** Requests per service after which the rates of the environment can be told. */
const ENOUGH_TRAFFIC = 100;

const Sent = z.object({ id: z.string() });

/** Exit code: 0 where every release came to a verdict, else that of the first that did not. */
export async function play(releases: Release[], stage: Stage): Promise<number> {
  const { awo, played, say, signal } = stage;
  let failedBefore = 0;
  for (const [n, release] of releases.entries()) {
    if (signal.aborted) return 130;
    const title = `${n + 1} of ${releases.length}   ${release.ref}: ${release.subject}`;
    const before = played.releases.find((r) => r.sha === release.sha);
    if (before) {
      say(`\n${title}\n    played before: ${before.outcome} (${before.goal})`);
      continue;
    }
    if (played.releases.length > 0) await stage.customers.busy(ENOUGH_TRAFFIC, signal);
    if (signal.aborted) return 130;
    // The same id is the same goal: one that was under way when we were ended goes on.
    const args = ['release', '--repo', stage.shop, '--ref', release.ref, '--id', `demo-${played.salt}-${release.ref}`];
    say(`\n${title}\n$ npx awo release --repo ${stage.shop} --ref ${release.ref} --wait`);
    const code = await awo.show([...args, '--wait']);
    if (signal.aborted) return 130;
    if (code !== REACHED && code !== ENDED_OTHERWISE) return code;
    const state = await lastState(awo, args);
    if (!state.ended) return SYSTEM_ERROR;
    const failed = failedIn(await stage.customers.counts());
    const ended: PlayedRelease = {
      ...release,
      goal: state.id,
      outcome: state.ended.outcome,
      because: state.ended.because,
      exposures: exposuresOf(state),
      failedForCustomers: failed - failedBefore,
    };
    failedBefore = failed;
    if (!VERDICTS.includes(ended.outcome)) {
      say(
        `No verdict on ${release.ref}: ${ended.outcome}, ${ended.because}\nLook with: npx awo explain ${ended.goal}   Logs are in the installation's logs/ folder.`,
      );
      return SYSTEM_ERROR;
    }
    played.releases.push(ended);
    await stage.save(played);
  }
  return REACHED;
}

/** Asking again with the same id gives the goal's id; its log gives the rest. */
export async function lastState(awo: Awo, args: string[]): Promise<GoalState> {
  const [sent] = await awo.read(args);
  return stateOf(awo, Sent.parse(sent).id);
}

export async function stateOf(awo: Awo, goal: string): Promise<GoalState> {
  const commits = await awo.read(['watch', goal]);
  return Commit.parse(commits.at(-1)).state;
}
