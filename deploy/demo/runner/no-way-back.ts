// A release that has no way back once it has started. Where it goes wrong a person is called, and the way on is the one that was prepared: forward.
import { SEARCH } from '../changes.ts';
import { PLACES, PLACES_MENDED } from '../later-changes.ts';
import { branchOff } from '../shop.ts';
import { lastState, type Stage } from './play.ts';

const ENOUGH_TRAFFIC = 100;

/** Exit code. How it ends is for the agents to find out: what is done here is what a person does who is called. */
export async function playNoWayBack({ awo, shop, customers, played, save, say, signal }: Stage): Promise<number> {
  const { ref, subject } = PLACES;
  const title = `\nA release that cannot be taken back: ${subject}`;
  if (played.noWayBack) {
    say(`${title}\n    played before: ${played.noWayBack.outcome} (${played.noWayBack.goal})`);
    return 0;
  }
  await branchOff(shop, PLACES, SEARCH.ref);
  await branchOff(shop, PLACES_MENDED, ref);
  await customers.busy(ENOUGH_TRAFFIC, signal);
  const release = async (of: string, more: string[], services: string[] = []) => {
    const told = ['release', ...services, '--repo', shop, '--ref', of, ...more];
    const args = [...told, '--id', `demo-${played.salt}-${of}`];
    say(`$ npx awo ${told.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')} --wait`);
    await awo.show([...args, '--wait']);
    return signal.aborted ? null : lastState(awo, args);
  };
  say(title);
  const first = await release(ref, []);
  if (signal.aborted) return 130;
  if (!first?.ended) return 3;
  const { outcome, because } = first.ended;
  played.noWayBack = { ref, subject, goal: first.id, outcome, because, forward: null };
  if (outcome === 'needs-human') {
    say(`\nSo a person is called, and goes forward: ${PLACES_MENDED.subject}`);
    const forward = await release(PLACES_MENDED.ref, ['--strategy', 'full', '--emergency', 'a cart of three things fails'], ['cart']);
    if (signal.aborted) return 130;
    if (!forward?.ended) return 3;
    played.noWayBack.forward = { ref: PLACES_MENDED.ref, goal: forward.id, outcome: forward.ended.outcome, because: forward.ended.because };
  }
  await save(played);
  return 0;
}
