// Which looks of a watch deserve a line of their own: a new reason, and every fifth look. Pure but for its memory.
import type { Entry } from './entries.ts';

const EVERY = 5;

/** Says for each entry whether it is printed; repeated looks with nothing new are left out. */
export function holdFilter(): (entry: Entry) => boolean {
  const last = new Map<string, { because: string; since: number }>();
  return (entry) => {
    if (entry.kind !== 'held') return true;
    const before = last.get(entry.step);
    const because = entry.decision.because;
    if (before && before.because === because && before.since + 1 < EVERY) {
      last.set(entry.step, { because, since: before.since + 1 });
      return false;
    }
    last.set(entry.step, { because, since: 0 });
    return true;
  };
}
