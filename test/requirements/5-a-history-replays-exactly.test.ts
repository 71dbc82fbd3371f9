// Promise 5: what was recorded by any version folds to the same states today. The seeded simulation, its other half, is test/simulation/seeds.test.ts.
import { COMMIT_VERSION, Commit } from '@awo/contracts';
import type { GoalState } from '@awo/contracts';
import { draftCommit, draftDispatch, foldAll, hashOf, verifyChain } from '@awo/goal';
import { expect, test } from 'vitest';
import { recordedHistories } from './histories/recorded.ts';

const histories = recordedHistories();
const bytesOf = (text: string) => new TextEncoder().encode(text);
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const entriesOf = (commits: (typeof histories)[number]['commits']) => commits.map(({ subject, seq, commit }) => ({ subject, seq, bytes: bytesOf(commit) }));

test('there are histories of every version of the commit schema, so that a new one cannot forget an old one', () => {
  for (let version = 1; version <= COMMIT_VERSION; version++) expect(histories.filter((h) => h.version === version).length).toBeGreaterThanOrEqual(5);
  const outcomes = histories.map(({ commits }) => (JSON.parse(commits.at(-1)?.commit ?? '{}') as Commit).state.ended?.outcome);
  expect(new Set(outcomes)).toEqual(new Set(['done', 'refused', 'stopped', 'rolled-back', 'superseded', 'aborted']));
});

test.each(histories.map((h) => [h.version, h.name, h] as const))(
  'v%i %s: folding its events gives every state that was recorded',
  (version, _name, { commits }) => {
    let state: GoalState | null = null;
    for (const { commit: text } of commits) {
      const written = JSON.parse(text) as Commit;
      expect(written.v).toBe(version);
      const commit = Commit.parse(written);
      // Nothing of what was written is lost in reading.
      expect(commit).toEqual(written);
      state = foldAll(state, commit.events, commit.at);
      expect(asJson(state)).toEqual(written.state);
    }
    expect(verifyChain(entriesOf(commits))).toMatchObject({ ok: true, commits: commits.length });
  },
);

test.each(histories.map((h) => [h.version, h.name, h] as const))(
  'v%i %s: the same events are handed to the same agents in the same order',
  (_version, _name, { commits }) => {
    let before: { state: GoalState; prev: string } | null = null;
    for (const { commit: text, subject } of commits) {
      const written = Commit.parse(JSON.parse(text));
      const told = written.dispatch ? written.events.slice(0, -1) : written.events;
      const { goal, by, at } = written;
      const draft = told.length > 0 ? draftCommit(before, goal, told, by, at) : before && draftDispatch(before, by, at);
      expect(asJson(draft?.commit)).toEqual(asJson(written));
      expect(subject.split('.').at(-1)).toBe(draft?.to);
      before = { state: written.state, prev: hashOf(bytesOf(text)) };
    }
  },
);

test('a history in which one word was changed does not replay: the test can fail', () => {
  const [one] = histories.filter((h) => h.commits.length > 5);
  const changed = one?.commits.map((c, i) => (i === 2 ? { ...c, commit: c.commit.replace('"status":"passed"', '"status":"failed"') } : c)) ?? [];
  expect(verifyChain(entriesOf(changed))).toMatchObject({ ok: false, problem: { index: 2, what: 'wrong-state' } });
});
