// Reading lines: whatever way they arrive, and what is said about a wrong one.
import { describe, expect, test } from 'vitest';
import { CoverageLine, HistoryLine } from './lines.ts';
import { readLines } from './read-lines.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (source: Uint8Array, size = 7): Promise<HistoryLine[]> => Array.fromAsync(readLines(pieces(source, size), HistoryLine, 'H.jsonl'));

test.each([1, 2, 5, 1000])('lines are whole however the file is cut, here into pieces of %i, because a character may lie across two', async (size) => {
  const text = '{"cycle":1,"test":"prüft €","outcome":"passed"}\r\n\n{"cycle":2,"test":"b","outcome":"error","durationMs":1.5,"more":true}';
  expect(await read(bytes(text), size)).toEqual([
    { cycle: 1, test: 'prüft €', outcome: 'passed' },
    { cycle: 2, test: 'b', outcome: 'error', durationMs: 1.5 },
  ]);
});

describe('a wrong line is refused with file, line, value and what was expected', () => {
  const good = '{"cycle":1,"test":"a","outcome":"passed"}\n';
  test.each([
    ['{"cycle":1,"test":"a","outcome":"red"}', /H\.jsonl:2: outcome is "red"; expected: .*passed.*failed/],
    ['{"cycle":"x","test":"a","outcome":"passed"}', /H\.jsonl:2: cycle is "x"; expected: .*number/],
    ['{"cycle":1,"test":"a","outcome":"passed","durationMs":-1}', /durationMs is -1/],
    ['{"cycle":1,"outcome":"passed"}', /test is missing/],
    ['{"cycle":1,', /H\.jsonl:2: \{"cycle":1,; expected: one JSON object per line/],
    ['[]', /H\.jsonl:2: the line is \[\]/],
    [`"${'x'.repeat(500)}"`, /the line is "x{79}\.\.\.;/],
  ])('%s', async (line, says) => {
    await expect(read(bytes(good + line))).rejects.toThrow(says);
  });

  test('bytes that are not text', async () => {
    await expect(read(Uint8Array.of(123, 0xff, 0xfe, 10))).rejects.toThrow(/not UTF-8/);
  });

  test('a range of lines that is no pair', async () => {
    const lines = readLines(pieces(bytes('{"test":"a","file":"f.js","lines":[[1]]}'), 9), CoverageLine, 'C.jsonl');
    await expect(Array.fromAsync(lines)).rejects.toThrow(/C\.jsonl:1: lines\.0/);
  });
});
