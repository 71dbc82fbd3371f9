// verifyChain finds every kind of tampering, and names the first commit that does not fit.
import type { Commit, Event } from '@awo/contracts';
import { expect, test } from 'vitest';
import { hashOf, verifyChain } from './chain.ts';
import type { ChainEntry, ChainProblem } from './chain.ts';
import { AT, accepted, conclude, passed, planned, step, writeLog } from './testing/goals.ts';

const end: Event = { type: 'goal.ended', outcome: 'done', because: 'reached' };
const log = writeLog([
  ['planner', [accepted([step('a'), conclude])]],
  ['impact', [planned([step('b', ['a']), step('c', ['a'])]), passed('a')]],
  ['impact', [passed('b')]],
  ['impact', [passed('c')]],
  ['planner', [passed('conclude'), end]],
]);

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const decode = (entry: ChainEntry) => JSON.parse(new TextDecoder().decode(entry.bytes)) as Commit;

/** The log with one commit changed and, where asked, everything after it chained anew, as a careful forger would. */
function forge(index: number, change: (commit: Commit) => Commit, chainAnew = false): ChainEntry[] {
  const forged = log.map((entry, i) => (i === index ? { ...entry, bytes: encode(change(decode(entry))) } : entry));
  if (!chainAnew) return forged;
  for (let i = index + 1; i < forged.length; i++) {
    const before = forged[i - 1];
    const entry = forged[i];
    if (before && entry) forged[i] = { ...entry, bytes: encode({ ...decode(entry), prev: hashOf(before.bytes) }) };
  }
  return forged;
}

test('an untouched log is whole, and its state is the last one', () => {
  const verdict = verifyChain(log);
  expect(verdict).toMatchObject({ ok: true, commits: 6, state: { ended: { outcome: 'done' } } });
});

test('a log of no commits is whole: there is nothing to doubt', () => {
  expect(verifyChain([])).toEqual({ ok: true, commits: 0, state: null });
});

const tampered: [string, ChainEntry[], Pick<ChainProblem, 'what' | 'index'>, RegExp][] = [
  ['a commit that is missing', log.filter((_, i) => i !== 2), { what: 'broken-chain', index: 2 }, /prev is .* has /],
  ['a first commit that is missing', log.slice(1), { what: 'broken-chain', index: 0 }, /prev is/],
  ['two commits that changed places', log.map((e, i) => log[i === 2 ? 3 : i === 3 ? 2 : i] ?? e), { what: 'broken-chain', index: 2 }, /prev is/],
  ['a commit that stands there twice', [...log.slice(0, 2), ...log.slice(1)], { what: 'broken-chain', index: 2 }, /prev is/],
  [
    'other words in an old commit, noticed at the next one',
    forge(1, (c) => ({ ...c, by: { ...c.by, instance: 'impact-9' } })),
    { what: 'broken-chain', index: 2 },
    /prev is/,
  ],
  [
    'an outcome in the state that no event gave, even where the chain was made anew',
    forge(2, (c) => ({ ...c, state: { ...c.state, ended: { outcome: 'done', because: 'because I say so', at: AT } } }), true),
    { what: 'wrong-state', index: 2 },
    /not the fold/,
  ],
  ['an event that was left out', forge(4, (c) => ({ ...c, events: c.events.slice(1) }), true), { what: 'wrong-state', index: 4 }, /not the fold/],
  ['another time', forge(0, (c) => ({ ...c, at: '2027-01-01T00:00:00.000Z' }), true), { what: 'wrong-state', index: 0 }, /not the fold/],
  [
    'an event of a step that the plan does not have',
    forge(1, (c) => ({ ...c, events: [...c.events, passed('z')] }), true),
    { what: 'wrong-state', index: 1 },
    /step "z" is not in the plan/,
  ],
  ['a commit of another goal', forge(1, (c) => ({ ...c, goal: 'g9999999999' }), true), { what: 'wrong-goal', index: 1 }, /g9999999999/],
  [
    'an author other than the one the broker let through',
    forge(1, (c) => ({ ...c, by: { ...c.by, author: 'deploy' } }), true),
    { what: 'wrong-author', index: 1 },
    /the commit says deploy, its subject impact/,
  ],
  [
    'a hand-over to somebody else than the step’s agent',
    log.map((e, i) => (i === 0 ? { ...e, subject: e.subject.replace('.impact', '.deploy') } : e)),
    { what: 'wrong-addressee', index: 0 },
    /hands over to impact, its subject to deploy/,
  ],
  [
    'a hand-over of a step that no event dispatched',
    forge(1, (c) => ({ ...c, dispatch: { step: 'c' } }), true),
    { what: 'wrong-addressee', index: 1 },
    /hands over "c", its events "b"/,
  ],
  [
    'bytes that are no commit',
    log.map((e, i) => (i === 4 ? { ...e, bytes: new TextEncoder().encode('{"v":1') } : e)),
    { what: 'not-a-commit', index: 4 },
    /JSON/,
  ],
  ['a commit of a version nobody knows', forge(3, (c) => ({ ...c, v: 2 }) as unknown as Commit), { what: 'not-a-commit', index: 3 }, /v/],
];

test.each(tampered)('it finds %s', (_title, entries, problem, said) => {
  const verdict = verifyChain(entries);
  expect(verdict).toMatchObject({ ok: false, problem: { ...problem, seq: entries[problem.index]?.seq } });
  expect(!verdict.ok && verdict.problem.detail).toMatch(said);
});

test('changing any one byte of any commit but the last is found by the chain alone', () => {
  for (const [index, entry] of log.slice(0, -1).entries()) {
    const bytes = Uint8Array.from(entry.bytes);
    const at = new TextDecoder().decode(bytes).indexOf('"instance":"') + '"instance":"'.length;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const verdict = verifyChain(log.map((e, i) => (i === index ? { ...e, bytes } : e)));
    expect(verdict.ok, `commit ${index}`).toBe(false);
  }
});
