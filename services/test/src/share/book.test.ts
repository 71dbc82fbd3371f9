// The share book: who has what, whatever comes twice, late or never.
import { describe, expect, test } from 'vitest';
import { LEAD, openBook } from './book.ts';
import type { Book } from './book.ts';

type Result = { of: string };
type Move =
  | ['take' | 'take nothing', string]
  | ['alive' | 'is told to drop', string, string, number]
  | ['done' | 'is dropped', string, string]
  | ['gives back' | 'has nothing to give back', string, string]
  | ['given up', number, string];

/** Plays moves and says what each came to: the suite that was taken, or whether the answer was yes. */
function play(book: Book<Result>, moves: readonly Move[]): string[] {
  return moves.map((move): string => {
    const [kind, by, suite = ''] = move;
    if (kind === 'take' || kind === 'take nothing') return book.take(by, 0) ?? 'nothing';
    if (kind === 'alive' || kind === 'is told to drop') return String(book.heard(by, suite, move[3]));
    if (kind === 'done' || kind === 'is dropped') return String(book.done(by, suite, { of: by }));
    if (kind === 'given up')
      return book
        .giveUp(by)
        .map((one) => `${one.suite} of ${one.by}`)
        .join(', ');
    return String(book.giveBack(by, suite));
  });
}

describe('what each move comes to', () => {
  test.each<[string, Move[], string[]]>([
    [
      'they are taken in their order, by whoever asks first',
      [
        ['take', LEAD],
        ['take', 'h1'],
        ['take', 'h2'],
        ['take nothing', 'h1'],
      ],
      ['a', 'b', 'c', 'nothing'],
    ],
    [
      'what is given back comes before what was not begun, and goes to somebody else',
      [
        ['take', 'h1'],
        ['take', LEAD],
        ['gives back', 'h1', 'a'],
        ['take nothing', 'h1'],
        ['take', 'h2'],
      ],
      ['a', 'b', 'true', 'nothing', 'a'],
    ],
    [
      'a silent agent is given up, one that was heard is not',
      [
        ['take', 'h1'],
        ['take', 'h2'],
        ['alive', 'h2', 'b', 90],
        ['given up', 50, 'h1'],
        ['take', LEAD],
      ],
      ['a', 'b', 'true', 'a of h1', 'a'],
    ],
    [
      'the lead is never given up: it is the one who listens',
      [
        ['take', LEAD],
        ['given up', 1000, ''],
      ],
      ['a', ''],
    ],
    [
      'one that was given up gets nothing more: what silenced it may do so again',
      [
        ['take', 'h1'],
        ['given up', 50, ''],
        ['take nothing', 'h1'],
      ],
      ['a', 'a of h1', 'nothing'],
    ],
    [
      'its late result counts while there is none',
      [
        ['take', 'h1'],
        ['given up', 50, ''],
        ['take', LEAD],
        ['done', 'h1', 'a'],
        ['is dropped', LEAD, 'a'],
      ],
      ['a', 'a of h1', 'a', 'true', 'false'],
    ],
    [
      'its late result is dropped where there is one',
      [
        ['take', 'h1'],
        ['given up', 50, ''],
        ['take', LEAD],
        ['done', LEAD, 'a'],
        ['is dropped', 'h1', 'a'],
      ],
      ['a', 'a of h1', 'a', 'true', 'false'],
    ],
    [
      'a result that comes twice is one',
      [
        ['take', 'h1'],
        ['done', 'h1', 'a'],
        ['is dropped', 'h1', 'a'],
      ],
      ['a', 'true', 'false'],
    ],
    [
      'nobody answers for what it was not given',
      [
        ['take', 'h1'],
        ['is dropped', 'h2', 'a'],
        ['is dropped', 'h1', 'b'],
        ['is dropped', 'h1', 'unheard-of'],
      ],
      ['a', 'false', 'false', 'false'],
    ],
    [
      'nor gives back what another has, or what is done',
      [
        ['take', 'h1'],
        ['has nothing to give back', 'h2', 'a'],
        ['done', 'h1', 'a'],
        ['has nothing to give back', 'h1', 'a'],
      ],
      ['a', 'false', 'true', 'false'],
    ],
    [
      'given up and stalled no more: it goes on until there is a result',
      [
        ['take', 'h1'],
        ['given up', 50, ''],
        ['alive', 'h1', 'a', 60],
        ['take', LEAD],
        ['done', LEAD, 'a'],
        ['is told to drop', 'h1', 'a', 70],
      ],
      ['a', 'a of h1', 'true', 'a', 'true', 'false'],
    ],
    [
      'a sign of life of somebody else’s suite is none',
      [
        ['take', 'h1'],
        ['is told to drop', 'h2', 'a', 90],
        ['given up', 50, ''],
      ],
      ['a', 'false', 'a of h1'],
    ],
    [
      'a sign of one that was given up does not keep it from the next',
      [
        ['take', 'h1'],
        ['given up', 50, ''],
        ['take', 'h2'],
        ['alive', 'h1', 'a', 90],
        ['given up', 50, ''],
      ],
      ['a', 'a of h1', 'a', 'true', 'a of h2'],
    ],
    [
      'what came late is not begun again',
      [
        ['take', 'h1'],
        ['given up', 50, ''],
        ['done', 'h1', 'a'],
        ['take', LEAD],
      ],
      ['a', 'a of h1', 'true', 'b'],
    ],
    [
      'what is done does not come back from an agent of which nothing more is heard',
      [
        ['take', 'h1'],
        ['done', 'h1', 'a'],
        ['given up', 50, ''],
        ['take', 'h1'],
      ],
      ['a', 'true', '', 'b'],
    ],
  ])('%s', (_, moves, expected) => expect(play(openBook<Result>(['a', 'b', 'c']), moves)).toEqual(expected));
});

test('it is over when each suite has one result, and they come in the order of the list', () => {
  const book = openBook<Result>(['a', 'b', 'c']);
  play(book, [
    ['take', 'h1'],
    ['take', LEAD],
    ['take', 'h2'],
  ]);
  expect([book.left(), book.isOver()]).toEqual([0, false]);
  play(book, [
    ['done', 'h2', 'c'],
    ['gives back', 'h1', 'a'],
  ]);
  expect([book.left(), book.isOver()]).toEqual([1, false]);
  play(book, [
    ['take', LEAD],
    ['done', LEAD, 'a'],
    ['done', LEAD, 'b'],
  ]);
  expect([book.left(), book.isOver()]).toEqual([0, true]);
  expect(book.results()).toEqual([{ of: LEAD }, { of: LEAD }, { of: 'h2' }]);
});

test('one that is named twice runs once, or its second place would stay open for ever', () => {
  const book = openBook<Result>(['a', 'a']);
  play(book, [
    ['take', LEAD],
    ['done', LEAD, 'a'],
  ]);
  expect([book.isOver(), book.results().length]).toEqual([true, 1]);
});

test('an empty list is over at once, or a step without suites would wait for ever', () => expect(openBook([]).isOver()).toBe(true));

/** Agents that take, die, fall silent and come back at random: what holds in each of these worlds holds for the scheduling. */
test('whatever the agents do, the lead alone brings it to its end, and each suite has one result', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    let state = seed;
    const chance = (n: number) => (state = (state * 48_271) % 2_147_483_647) % n;
    const suites = Array.from({ length: 1 + chance(8) }, (_, i) => `s${i}`);
    const book = openBook<Result>(suites);
    const held: [string, string][] = [];
    let wins = 0;
    for (let at = 0; at < 40; at += 1) {
      const by = `h${chance(4)}`;
      const [who, suite] = held[chance(held.length || 1)] ?? [by, 's0'];
      const what = chance(4);
      if (what === 0) ((taken) => taken !== null && held.push([by, taken]))(book.take(by, at));
      else if (what === 1) wins += Number(book.done(who, suite, { of: who }));
      else if (what === 2) book.giveBack(who, suite);
      else book.giveUp(at - 10);
    }
    for (let round = 0; !book.isOver() && round < 20; round += 1) {
      book.giveUp(1000);
      for (let suite = book.take(LEAD, 1000); suite !== null; suite = book.take(LEAD, 1000)) wins += Number(book.done(LEAD, suite, { of: LEAD }));
    }
    expect([seed, book.isOver(), book.results().length, wins]).toEqual([seed, true, suites.length, suites.length]);
  }
});
