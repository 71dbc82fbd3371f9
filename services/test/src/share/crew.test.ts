// How much one test agent takes on.
import { expect, test } from 'vitest';
import { openCrew, widthOn } from './crew.ts';

test.each([
  ['cores', { cores: 2, memoryFreeMb: 8000 }, 2],
  ['memory', { cores: 8, memoryFreeMb: 1100 }, 2],
  ['one at least, or nothing would ever run', { cores: 8, memoryFreeMb: 10 }, 1],
])('a step of its own runs as wide as there are %s', (_, machine, width) => expect(widthOn(machine)).toBe(width));

test('for others there is room beside what it has in work itself, so that it never begins what does not fit', () => {
  const crew = openCrew(() => ({ cores: 2, memoryFreeMb: 8000 }));
  const own = crew.begin();
  const first = crew.room();
  expect([first === null, crew.room()]).toEqual([false, null]);
  own();
  expect(crew.room()).not.toBeNull();
  expect(crew.room()).toBeNull();
});

test('for others it never begins anything without the memory, not even a first one: they can', () => {
  expect(openCrew(() => ({ cores: 2, memoryFreeMb: 500 })).room()).toBeNull();
});

test('two processes are two, also under one instance name', () => expect(openCrew().id).not.toBe(openCrew().id));
