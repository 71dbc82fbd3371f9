// Ways in which a model lies about an incident, or breaks: each with what must be said of it. For every place that asks one for hypotheses.
import type { Said } from './scripted-model.ts';

/** A hypothesis that is ranked, the logs as they are named to the model, a line of them that speaks for it, and words of that line. */
export type Truth = { entity: string; cause: string; evidence: string; line: number; quote: string };
export type Lie = [what: string, tell: (truth: Truth) => Said, because: RegExp];

const proposes = (...hypotheses: unknown[]): Said => ({ say: JSON.stringify({ hypotheses }) });
/** What an honest model says of it. */
export const tellsTruth = ({ entity, cause, evidence, line, quote }: Truth): Said => proposes({ entity, cause, cites: [{ evidence, line, quote }] });

export const HYPOTHESIS_LIES: readonly Lie[] = [
  ['an entity that is not there', (t) => tellsTruth({ ...t, entity: 'moon' }), /none of the hypotheses/],
  ['a cause that nobody ranked', (t) => tellsTruth({ ...t, cause: 'gremlins' }), /none of the hypotheses/],
  ['a line that does not exist', (t) => tellsTruth({ ...t, line: 999 }), /does not exist/],
  ['a line before the first one', (t) => tellsTruth({ ...t, line: 0 }), /does not exist/],
  ['words that the line does not say', (t) => tellsTruth({ ...t, quote: 'the disk is full' }), /does not say that/],
  ['a true line of somebody else', (t) => tellsTruth({ ...t, line: 1, quote: 'of nobody in particular' }), /does not name it/],
  ['a true line of other evidence', (t) => tellsTruth({ ...t, evidence: 'sha256:000000000000' }), /was not given/],
  ['evidence that it does not name', (t) => proposes({ ...t, evidence: undefined, cites: [{ line: t.line, quote: t.quote }] }), /not-the-form/],
  ['nothing cited', (t) => proposes({ entity: t.entity, cause: t.cause, cites: [] }), /not-the-form/],
  ['a true citation beside a made-up one', (t) => proposes({ ...t, cites: [t, { ...t, line: 999 }] }), /does not exist/],
  [
    'a true hypothesis beside a made-up one',
    (t) => proposes({ ...t, cites: [t] }, { entity: t.entity, cause: 'gremlins', cites: [t] }),
    /none of the hypotheses/,
  ],
  ['the same one twice, as if that were more', (t) => proposes({ ...t, cites: [t] }, { ...t, cites: [t] }), /twice/],
  ['a score of its own in place of a citation', (t) => proposes({ entity: t.entity, cause: t.cause, score: 99 }), /not-the-form/],
  ['a command', () => ({ say: '{"run":"kubectl delete ns production"}' }), /not-the-form/],
  ['a list of answers', () => ({ say: '[{"hypotheses":[]}]' }), /not-the-form/],
  ['more than was asked for', (t) => proposes(...Array.from({ length: 6 }, () => ({ ...t, cites: [t] }))), /not-the-form/],
  ['words around its answer', () => ({ say: 'Clearly: {"hypotheses":[]}' }), /not-json/],
  ['no JSON, but what moves a cursor', () => ({ say: '\u001B[2J\u202Eall is well' }), /not-json/],
  ['nothing', () => ({ say: ' \n' }), /empty/],
  ['an answer that was cut off', () => ({ say: '{"hypotheses":[', finish: 'length' }), /too-long/],
  ['a body that never ends', () => ({ endless: 'fast' }), /too-long/],
  ['a body that drips', () => ({ endless: 'slow' }), /too-slow/],
  ['silence', () => ({ hang: true }), /too-slow/],
  ['an error', () => ({ status: 500, body: 'boom' }), /refused/],
  ['a page in place of an answer', () => ({ raw: '<html>login</html>' }), /unreachable/],
];
