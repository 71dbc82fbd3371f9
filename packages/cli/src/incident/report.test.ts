// The report after an incident: everything in it comes from the log, and other people's text stays text.
import { Commit, type Event, FIRST_PREV, type GoalState, Repair } from '@awo/contracts';
import { foldAll } from '@awo/goal';
import { expect, test } from 'vitest';
import { htmlOf, markdownOf, textOf } from './render.ts';
import { reportOf } from './report.ts';

const AT = '2026-05-01T12:00:00.000Z';
const goal = 'g0123456789';
const repair = Repair.parse({
  kind: 'switch-source',
  service: 'back',
  revision: 'a'.repeat(40),
  act: { do: 'configure', configuration: { env: {}, files: [] } },
  undo: null,
  because: 'the standby',
  cause: 'slow-component',
  entity: 'back/STOCK_URL',
  confidence: 0.9,
});
const step = (id: string, kind: string, input: object) => ({
  id,
  kind,
  role: 'planner' as const,
  needs: [],
  when: 'passed' as const,
  input: input as Record<string, unknown>,
  because: id,
});
const settled = (id: string, output: object): Event => ({
  type: 'step.passed',
  step: id,
  startedAt: AT,
  output: output as Record<string, unknown>,
  evidence: [`sha256:${'1'.repeat(64)}`],
});

const explained = (model?: string[]) => ({
  type: 'decision.made',
  step: 'explain-incident',
  decision: {
    kind: 'explain-incident',
    because: 'ambiguous',
    choice: 'one or the other',
    facts: [],
    alternatives: [],
    checks: [],
    by: 'rules',
    figures: { since: AT, ...(model === undefined ? {} : { model }) },
  },
});

/** `model`: what the decision on the cause tells of one. */
function commitsOf(symptom: string, verified: Event, model?: string[]): Commit[] {
  const plan = [
    step('explain-incident', 'explain-incident', {}),
    step('admit-repair-1', 'admit-repair', { environment: 'staging', repair, attempt: 1, sure: true }),
    step('apply-repair-1', 'apply-repair', { environment: 'staging', repair }),
    step('verify-repair-1', 'verify-repair', { environment: 'staging', repair }),
  ];
  const events = [
    { type: 'goal.accepted', goal, spec: { kind: 'remediate', environment: 'staging', service: 'front', symptom }, source: 'signal monitor', plan },
    explained(model),
    settled('explain-incident', { hypotheses: [{ entity: 'back/STOCK_URL', cause: 'slow-component', confidence: 0.9, says: ['p95 is 400'] }] }),
    settled('admit-repair-1', {}),
    settled('apply-repair-1', { applied: true }),
    verified,
    { type: 'goal.ended', outcome: 'done', because: 'as before' },
  ] as Event[];
  let state: GoalState | null = null;
  return events.map((event) => {
    state = foldAll(state, [event], AT);
    return Commit.parse({ v: 1, goal, prev: FIRST_PREV, at: AT, by: { author: 'planner', instance: 'p' }, events: [event], state });
  });
}
const kept = settled('verify-repair-1', { kept: true, says: 'back as before' });

test('it says what was the cause, what was tried with its result, what to change, and where the evidence is', () => {
  const text = markdownOf(reportOf(commitsOf('slow', kept))!);
  for (const said of [
    'slow-component on back/STOCK\\_URL, 90 %',
    'switch-source back',
    'kept: back as before',
    'Mend it, then go back',
    'sha256:1',
    '12:00:00',
  ])
    expect(text).toContain(said);
});

test('a repair that was taken back is told with the reason, and asks for nothing to be changed because of it', () => {
  const failed: Event = { type: 'step.failed', step: 'verify-repair-1', startedAt: AT, code: 'symptom-stays', message: 'still slow', output: {}, evidence: [] };
  const report = reportOf(commitsOf('slow', failed));
  expect(report?.tried[0]?.result).toMatch(/still slow/);
  expect(report?.change).toEqual([]);
});

test('a terminal gets it as it is, without marks', () => {
  const text = [...textOf(reportOf(commitsOf('slow', kept))!)].join('\n');
  expect(text).toContain('\nCauses\n  slow-component on back/STOCK_URL, 90 %: p95 is 400\n');
  expect(text).not.toMatch(/\\_|\*\*|^#/m);
});

test('what others wrote does not become markup', () => {
  const report = reportOf(commitsOf('<script>alert(1)</script> | **x**', kept))!;
  expect(htmlOf(report)).not.toContain('<script>');
  expect(markdownOf(report)).not.toContain('<script>');
});

const CITED = `small reads for slow-component on back/STOCK_URL, ranked 1: "STOCK_URL: rebuilding its index" (line 3 of sha256:${'2'.repeat(64)})`;

test('what a model read is told with its lines, short, and that it moved nothing', () => {
  const report = reportOf(commitsOf('slow', kept, [CITED]))!;
  const short = `small reads for slow-component on back/STOCK_URL, ranked 1: "STOCK_URL: rebuilding its index" (line 3 of sha256:${'2'.repeat(12)})`;
  expect(report.model).toEqual([short]);
  expect([...textOf(report)].join('\n')).toContain(`\nWhat a model read\n  ${short}\n  Causes and repair are those of the measurements`);
  for (const page of [markdownOf(report), htmlOf(report)]) expect(page).toContain('What a model read');
});

test('why a model was of no help is told as well, and where none was asked nothing is said of one', () => {
  expect(markdownOf(reportOf(commitsOf('slow', kept, ['small was of no help (too-slow: no answer within 3000 ms)']))!)).toContain(
    '- small was of no help (too-slow: no answer within 3000 ms)',
  );
  const none = reportOf(commitsOf('slow', kept))!;
  expect(none.model).toEqual([]);
  for (const page of [[...textOf(none)].join('\n'), markdownOf(none), htmlOf(none)]) expect(page).not.toContain('model');
});

test('what a line of a log or a model wrote becomes neither markup nor a command to the terminal, and no page of its own', () => {
  const report = reportOf(commitsOf('slow', kept, [`small reads "<img src=x> **now**\u001B[2J\u202E\n# ${'long '.repeat(70)}"`]))!;
  for (const page of [[...textOf(report)].join('\n'), markdownOf(report), htmlOf(report)]) expect(page).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  expect(htmlOf(report)).not.toContain('<img');
  expect(markdownOf(report)).toContain('- small reads "\\<img src=x\\> \\*\\*now\\*\\*');
  expect(markdownOf(report)).not.toMatch(/^# long/m);
  expect(report.model[0]?.length).toBeLessThan(310);
});

test('a goal that is no incident has no report', () => {
  expect(reportOf([])).toBeNull();
});
