// Reading a commit back: what was read of late is known by its hash.
import { draftCommit } from '@awo/goal';
import { expect, test } from 'vitest';
import { parseHead } from './append.ts';

const AT = '2026-01-01T00:00:00.000Z';
const spec = { kind: 'assess' as const, repo: '/repo', revision: 'HEAD' };
const accepted = { type: 'goal.accepted' as const, goal: 'g7k2m9q4xw0', spec, source: 'test', plan: [] };
const { commit } = draftCommit(null, 'g7k2m9q4xw0', [accepted], { author: 'operator', instance: 'here' }, AT);
const message = (text: string, seq: number, traceparent = '') => ({
  subject: 'awo.log.g7k2m9q4xw0.operator.nobody',
  seq,
  data: new TextEncoder().encode(text),
  header: { get: () => traceparent },
});

test('a commit that was read a moment ago is not taken to pieces again, and keeps the number and the trace of its message', () => {
  const text = JSON.stringify(commit);
  const first = parseHead(message(text, 1));
  const again = parseHead(message(text, 7, '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'));
  expect(again.commit).toBe(first.commit);
  expect(again.hash).toBe(first.hash);
  expect([first.seq, again.seq]).toEqual([1, 7]);
  expect([first.traceparent, again.traceparent]).toEqual([undefined, '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']);
});

test('one other byte is another commit, and no commit stays none however often it is read', () => {
  const sound = parseHead(message(JSON.stringify(commit), 1));
  const edited = parseHead(message(JSON.stringify({ ...commit, by: { ...commit.by, instance: 'there' } }), 1));
  expect(edited.commit.by.instance).toBe('there');
  expect(edited.hash).not.toBe(sound.hash);
  for (const seq of [1, 2]) expect(() => parseHead(message('no commit at all', seq))).toThrow(/is no commit/);
});
