// The timeline from a recorded log: what is shown, what is left out, and that it stays calm.
import { describe, expect, test } from 'vitest';
import { plainStyle } from '../output/style.ts';
import { recordedRelease } from '../testing/recorded-release.ts';
import { liveLines } from './live-area.ts';
import { openTimeline } from './timeline.ts';
import type { Screen } from './timeline.ts';

function shown(columns: number, log = recordedRelease(), screen?: Screen): string[] {
  const lines: string[] = [];
  const terminal = { out: (line: string) => void lines.push(line), err: () => {}, isTty: screen !== undefined, columns: () => columns, style: plainStyle };
  const timeline = openTimeline(terminal, screen);
  for (const { commit } of log) timeline.show(commit);
  timeline.close();
  return lines;
}

describe('plain lines, for files and CI', () => {
  const lines = shown(Infinity);
  const text = lines.join('\n');

  test('every decision stands there with its reason and what was rejected, because that is what people look for first', () => {
    expect(text).toMatch(/deploy +choose the strategy +60 ms +canary with 5% \[risk-needs-canary\]/);
    expect(text).toContain('not full: a fault would reach every customer');
    expect(text).toContain('check "errors-no-worse" failed: p 0.0004 is below 0.01');
  });

  test('the numbers of old and new stand below each other in the same columns', () => {
    const at = lines.findIndex((line) => line.includes('old  1,604 req'));
    expect(lines[at]).toMatch(/old {2}1,604 req 0\.06% err {2}p95 {3}21 ms$/);
    expect(lines[at + 1]).toMatch(/new {4}118 req {2}5\.1% err {2}p95 {3}22 ms$/);
    expect(lines[at + 1]?.indexOf('req')).toBe(lines[at]?.indexOf('req'));
  });

  test('a changed plan is shown as a diff after the step that changed it', () => {
    const at = lines.findIndex((line) => line.includes('plan v2 → v3'));
    expect(lines[at + 1]).toBe('            + start-cart    the new one beside the old one');
    expect(lines.slice(0, at).some((line) => line.includes('canary with 5%'))).toBe(true);
    expect(text).toContain('~ tests  cart and web only');
    expect(text).not.toContain('as before');
  });

  test('steps that became impossible are named, because silence would look like success', () => {
    expect(text).toMatch(/– +not needed any more +promote cart/);
  });

  test('it ends with the outcome and what it means', () => {
    expect(lines.at(-2)).toMatch(/✗ rolled back after 13\.8 s$/);
    expect(lines.at(-1)).toContain('The new cart failed 6 of 118 requests');
  });

  test('there is no escape sequence in what goes to a file', () => {
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/\u001B/);
  });

  test('looks that say nothing new do not flood the log: the first and every fifth are printed', () => {
    const held = shown(Infinity, recordedRelease({ holds: 23, until: 'watching' })).filter((line) => line.includes('hold at 5%'));
    expect(held.map((line) => /look (\d+)/.exec(line)?.[1])).toEqual(['1', '6', '11', '16', '21']);
  });
});

test.each([60, 80, 100, 140])('no line is wider than a terminal of %i columns, because a wrapped line breaks the redrawing', (columns) => {
  expect(shown(columns).filter((line) => [...line].length > columns)).toEqual([]);
});

describe('the redrawn area', () => {
  const log = recordedRelease({ holds: 3, until: 'watching' });
  const state = log.at(-1)?.commit.state;

  test('a hold redraws the area and prints nothing above it', () => {
    const above: string[] = [];
    let area: readonly string[] = [];
    shown(120, log, { draw: (lines) => (area = lines), above: (lines) => above.push(...lines), close: () => {} });
    expect(above.some((line) => line.includes('hold at 5%'))).toBe(false);
    expect(area.join('\n')).toContain('too-few-requests, look 3');
    expect(area.join('\n')).toMatch(/new +33 req +3\.0% err/);
  });

  test('what runs is shown with the time it took so far', () => {
    if (!state) throw new Error('the log is empty');
    const lines = liveLines(state, new Map(), Date.parse('2026-05-04T10:00:15.190Z'), { style: plainStyle, columns: 140 });
    expect(lines.join('\n')).toMatch(/monitor +watch cart at 5% +10\.0 s/);
    expect(lines.at(-1)).toMatch(/8 of 13 steps settled, 15\.2 s since it was accepted/);
  });
});
