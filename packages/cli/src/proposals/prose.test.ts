// A model that tells an incident: what it says stands in the report where every sentence is in its lines; a lie in one of them, and none is shown.
import type { Said } from '@awo/testing';
import { expect, test } from 'vitest';
import { htmlOf, markdownOf } from '../incident/render.ts';
import type { IncidentReport } from '../incident/report.ts';
import { askedModel } from '../testing/asked-model.ts';
import { linesOf, proseOf } from './prose.ts';

const report: IncidentReport = {
  goal: 'g0123456789',
  title: 'back in production: slow replies, p95 700 ms',
  outcome: 'done',
  because: 'switch-source back: as before',
  from: 'signal monitor',
  took: '11.8 s',
  timeline: [{ at: '2026-05-01T12:00:03.000Z', says: 'back is well again for 4 s' }],
  causes: [{ cause: 'slow-component on back/STOCK_URL', confidence: 0.87, says: ['probe_ms is 604, before 5.6.'] }],
  model: [],
  tried: [{ repair: 'switch-source back', because: 'the standby answers', result: 'kept: back as before' }],
  evidence: [],
  change: ['back/STOCK_URL: the source that was left is still ill.'],
};
const LINES = linesOf(report);
const lineOf = (part: string): number => LINES.findIndex((line) => line.includes(part)) + 1;
const cite = (quote: string, line = lineOf(quote)) => ({ line, quote });

const model = askedModel();
const ask = (env: Record<string, string> = {}) => proseOf(model.context(env), report);
const tells = (...sentences: unknown[]): Said => ({ say: JSON.stringify({ sentences }) });
const GOOD = [
  { text: 'Replies of back were slow: 700 ms.', cites: [cite('slow replies, p95 700 ms')] },
  { text: 'The likely cause is slow-component on back/STOCK_URL.', cites: [cite('slow-component on back/STOCK_URL')] },
  { text: 'Its source was switched, and that was kept.', cites: [cite('switch-source back. the standby', lineOf('Tried')), cite('kept: back')] },
];

test('what every line bears out is told, with who wrote it; without a model nothing is added', async () => {
  model.says(tells(...GOOD));
  const prose = await ask();
  expect(prose).toEqual({ model: 'scripted', used: true, sentences: GOOD });
  const text = markdownOf(report, prose);
  expect(text).toContain('Replies of back were slow: 700 ms. The likely cause');
  expect(text).toContain('Written by the model scripted');
  expect(htmlOf(report, prose)).toContain('<h2>In words</h2>');
  expect(await ask({ AWO_MODEL: '' })).toBeUndefined();
  expect(markdownOf(report)).not.toContain('In words');
});

test.each<[what: string, sentence: object, because: RegExp]>([
  ['a line that is not there', { text: 'Replies of back were slow.', cites: [cite('slow replies', 99)] }, /does not exist/],
  ['words that the line does not say', { text: 'Replies of back were slow.', cites: [cite('everything was fast', 1)] }, /does not say that/],
  ['a number of its own', { text: 'Replies of back took 950 ms.', cites: [cite('slow replies')] }, /950: no cited line has it/],
  ['a true number of another line', { text: 'Replies of back took 604 ms.', cites: [cite('slow replies')] }, /604: no cited line has it/],
  ['a name of its own', { text: 'The cause was bad-release in it.', cites: [cite('slow-component on')] }, /bad-release: no cited line has it/],
  ['a deed that nobody did', { text: 'The service was restarted at once.', cites: [cite('kept: back')] }, /no cited line tells of "restart"/],
  ['a harm that nobody saw', { text: 'Orders of customers were lost.', cites: [cite('slow replies')] }, /no cited line tells of "lost"/],
  ['the opposite', { text: 'The standby did not answer.', cites: [cite('the standby answers')] }, /denies what no cited line denies/],
  ['a command', { text: 'Now run `awo rollback` at once.', cites: [cite('slow replies')] }, /more than prose/],
  ['a link', { text: 'See https://evil.example for more.', cites: [cite('slow replies')] }, /more than prose|no cited line/],
  ['markup', { text: 'Replies of back were <b>slow</b>.', cites: [cite('slow replies')] }, /more than prose/],
  ['nothing cited', { text: 'Replies of back were slow.', cites: [] }, /not-the-form/],
  ['a novel', { text: 'slow '.repeat(80), cites: [cite('slow replies')] }, /not-the-form/],
])('%s, beside true sentences: nothing of it is shown, and the reason is', async (_, sentence, because) => {
  model.says(tells(...GOOD, sentence));
  const prose = await ask();
  expect(prose).toEqual({ model: 'scripted', used: false, because: expect.stringMatching(because) as string });
  expect(markdownOf(report, prose)).toContain('The model scripted was of no help');
  expect(markdownOf(report, prose)).not.toContain('Replies of back were slow');
});

test.each<[string, Said, RegExp]>([
  ['words around its answer', { say: 'Sure! {"sentences":[]}' }, /not-json/],
  ['silence', { hang: true }, /too-slow/],
  ['an error', { status: 500, body: 'boom' }, /refused/],
])('%s: the report is as without one, and says so', async (_, lie, because) => {
  model.says(lie);
  expect(await ask()).toEqual({ model: 'scripted', used: false, because: expect.stringMatching(because) as string });
});
