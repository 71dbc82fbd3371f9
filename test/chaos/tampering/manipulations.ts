// Ways to change a store of goals after the fact. Each says where the first trace of it must be found. Pure.
import type { ChainEntry } from '@awo/goal';
import type { Random } from '../random.ts';
import { historyOf } from './store.ts';
import type { Store } from './store.ts';

/** `from` to `to`: indexes of the goal's commits, one of which has to be named. */
export type Done = { entries: ChainEntry[]; from: number; to: number };
export type Manipulation = (entries: readonly ChainEntry[], goal: string, random: Random, store: Store) => Done;

const text = (entry: ChainEntry) => new TextDecoder().decode(entry.bytes);
const withText = (entry: ChainEntry, changed: string): ChainEntry => ({ ...entry, bytes: new TextEncoder().encode(changed) });
const at = (entries: readonly ChainEntry[], i: number): ChainEntry => {
  const entry = entries[i];
  if (!entry) throw new Error(`no commit ${i}`);
  return entry;
};
const somewhere = (entries: readonly ChainEntry[], random: Random) => random.between(0, entries.length - 1);
const withSeqs = (entries: readonly ChainEntry[], like: readonly ChainEntry[]): ChainEntry[] =>
  entries.map((entry, i) => ({ ...entry, seq: like[i]?.seq ?? (like.at(-1)?.seq ?? 0) + 1 + i - like.length }));

/** A change that the fold of the events does not show is named by the commit after it, or by what was signed. */
const edited = (entries: readonly ChainEntry[], i: number, change: (json: string) => string): Done => ({
  entries: entries.with(i, withText(at(entries, i), change(text(at(entries, i))))),
  from: i,
  to: i + 1,
});

export const MANIPULATIONS: Record<string, Manipulation> = {
  'edit the time of a commit': (entries, _goal, random) =>
    edited(entries, somewhere(entries, random), (json) => json.replace(/"at":"2026-01-01T00:00:0/, '"at":"2026-01-01T00:00:1')),
  'edit who wrote a commit': (entries, _goal, random) =>
    edited(entries, somewhere(entries, random), (json) => json.replace(/"instance":"([a-z]+)-1"/, '"instance":"$1-2"')),
  'edit a word in an event and in the state alike': (entries, _goal, random) =>
    edited(entries, somewhere(entries, random), (json) => json.replaceAll('true', 'untrue')),
  'add a space, which no reader would see': (entries, _goal, random) => edited(entries, somewhere(entries, random), (json) => json.replace('{', '{ ')),
  'flip one bit': (entries, _goal, random) => {
    const i = somewhere(entries, random);
    const bytes = Uint8Array.from(at(entries, i).bytes);
    const place = random.between(0, bytes.length - 1);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << random.between(0, 7));
    return { entries: entries.with(i, { ...at(entries, i), bytes }), from: i, to: i + 1 };
  },
  'put a commit under another author’s subject': (entries, _goal, random) => {
    const i = somewhere(entries, random);
    const [a, b, goal, , to] = at(entries, i).subject.split('.');
    return { entries: entries.with(i, { ...at(entries, i), subject: [a, b, goal, 'operator', to].join('.') }), from: i, to: i };
  },
  'address a commit to somebody else': (entries, _goal, random) => {
    const i = somewhere(entries, random);
    const [a, b, goal, from, to] = at(entries, i).subject.split('.');
    return { entries: entries.with(i, { ...at(entries, i), subject: [a, b, goal, from, to === 'monitor' ? 'test' : 'monitor'].join('.') }), from: i, to: i };
  },
  'delete a commit': (entries, _goal, random) => {
    const i = somewhere(entries, random);
    return { entries: entries.toSpliced(i, 1), from: i, to: i };
  },
  'delete the whole goal': () => ({ entries: [], from: 0, to: 0 }),
  'swap two commits': (entries, _goal, random) => {
    const i = random.between(0, entries.length - 2);
    const j = random.between(i + 1, entries.length - 1);
    return { entries: withSeqs(entries.with(i, at(entries, j)).with(j, at(entries, i)), entries), from: i, to: i };
  },
  'put a commit in twice': (entries, _goal, random) => {
    const i = somewhere(entries, random);
    return { entries: withSeqs(entries.toSpliced(i, 0, at(entries, i)), entries), from: i + 1, to: i + 1 };
  },
  'cut off the end': (entries, _goal, random) => {
    const i = random.between(1, entries.length - 1);
    return { entries: entries.slice(0, i), from: i, to: i };
  },
  'put another goal’s commit in its place': (entries, goal, random, store) => {
    const i = somewhere(entries, random);
    const other = random.pick([...store.keys()].filter((id) => id !== goal));
    const foreign = random.pick(store.get(other) ?? []);
    return { entries: entries.with(i, { ...at(entries, i), bytes: foreign.bytes }), from: i, to: i };
  },
  'replace the whole chain by another valid one': (entries, goal, random) => {
    const forged = withSeqs(historyOf(goal, random, `false ${random.next()}`), entries);
    return { entries: forged, from: Math.min(forged.length, entries.length - 1), to: Math.min(forged.length, entries.length - 1) };
  },
  'rewrite the end with all hashes made anew': (entries, goal, random) => {
    const i = random.between(1, entries.length - 1);
    const forged = withSeqs(historyOf(goal, random, `false ${random.next()}`, entries.slice(0, i)), entries);
    return { entries: forged, from: entries.length - 1, to: entries.length - 1 };
  },
};
