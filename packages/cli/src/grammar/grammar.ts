// Sentences to goals: a small deterministic grammar. What is not understood is refused with the forms that are. Pure.
import { GoalSpec } from '@awo/contracts';
import type { GoalKind } from '@awo/contracts';
import { nearest } from '../nearest.ts';
import { cutClauses } from './clauses.ts';
import type { Clause, Clauses } from './clauses.ts';
import { FORMS, USUAL_ENVIRONMENTS, VERBS, looksLikePath, splitWords } from './words.ts';

export type Understood = { ok: true; spec: GoalSpec } | { ok: false; problem: string; hint?: string; forms: readonly string[] };
type Fields = Record<string, string>;

class NotUnderstood extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

const ALL_FORMS = Object.values(FORMS).flat();
const STRATEGIES = ['auto', 'full', 'blue-green', 'canary'];

/** Reads one sentence. `environments` are the names that are known to be environments, beside the usual ones. */
export function understand(sentence: string, environments: readonly string[] = []): Understood {
  const words = splitWords(sentence).filter((word, i) => !(i === 0 && /^(please|kindly)$/i.test(word)));
  const verb = verbOf(words);
  if (!verb) {
    const near = words[0] ? nearest(words[0], VERBS.keys()) : undefined;
    const problem = words[0] ? `"${words[0]}" is no goal.` : 'There is no goal in an empty text.';
    return { ok: false, problem, hint: near && `Did you mean "${near}"?`, forms: ALL_FORMS };
  }
  try {
    const known = new Set([...USUAL_ENVIRONMENTS, ...environments]);
    const fields = READERS[verb.kind](cutClauses(words.slice(verb.length)), known);
    const parsed = GoalSpec.safeParse({ kind: verb.kind, ...fields });
    if (parsed.success) return { ok: true, spec: parsed.data };
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0] ?? '');
    return { ok: false, problem: `"${fields[field] ?? ''}" cannot be the ${field}: ${issue?.message ?? 'not valid'}.`, forms: FORMS[verb.kind] };
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    return { ok: false, problem: error.message, hint: error.hint, forms: FORMS[verb.kind] };
  }
}

function verbOf(words: readonly string[]): { kind: GoalKind; length: number } | undefined {
  const lower = words.map((w) => w.toLowerCase());
  const withoutArticle = [lower[0], lower[1] === 'the' ? lower[2] : lower[1]].join(' ');
  const two = VERBS.get(withoutArticle);
  if (two) return { kind: two, length: lower[1] === 'the' ? 3 : 2 };
  const one = VERBS.get(lower[0] ?? '');
  return one && { kind: one, length: 1 };
}

/** Sets a field once: two values for one thing would make the goal a guess. */
function set(fields: Fields, name: string, value: string): void {
  if (fields[name] !== undefined && fields[name] !== value) throw new NotUnderstood(`There are two values for the ${name}: "${fields[name]}" and "${value}".`);
  fields[name] = value;
}

function common({ subjects, dangling }: Clauses): void {
  if (dangling) throw new NotUnderstood(`Nothing follows "${dangling}".`);
  const [, second] = subjects;
  if (second) throw new NotUnderstood(`"${second}" was not understood.`, 'Name one thing, or everything.');
}

const unknownClause = ({ word, value }: Clause): never => {
  throw new NotUnderstood(`"${word} ${value}" was not understood.`);
};

function readRelease(cut: Clauses, environments: ReadonlySet<string>): Fields {
  common(cut);
  const fields: Fields = {};
  const [subject] = cut.subjects;
  const ofService = cut.clauses.find((c) => c.word === 'of');
  if (subject && ofService) set(fields, 'revision', subject);
  else if (subject) {
    const [service = '', revision] = subject.split('@');
    if (environments.has(service.toLowerCase()))
      throw new NotUnderstood(`"${service}" is an environment, not a service.`, `Did you mean "release everything to ${service}"?`);
    set(fields, 'service', service);
    if (revision) set(fields, 'revision', revision);
  }
  for (const clause of cut.clauses) {
    const { word, value } = clause;
    if (word === 'at' || (word === 'from' && !looksLikePath(value))) set(fields, 'revision', value);
    else if ((word === 'from' || word === 'in' || word === 'of') && looksLikePath(value)) set(fields, 'repo', value);
    else if (word === 'of') set(fields, 'service', value);
    else if (word === 'to' || word === 'into' || word === 'on' || word === 'in') set(fields, 'environment', value);
    else if (word === 'as' || word === 'with' || word === 'by' || word === 'using') set(fields, 'strategy', strategyOf(value));
    else if ((word === 'and' || word === 'or') && /^(supersed(e|ing)|wait(ing)?)$/i.test(value))
      set(fields, 'onBusy', /^s/i.test(value) ? 'supersede' : 'wait');
    else if (word === 'and') throw new NotUnderstood(`"and ${value}" was not understood.`, 'Name one service, or everything.');
    else unknownClause(clause);
  }
  return fields;
}

function strategyOf(value: string): string {
  const lower = value.toLowerCase();
  if (STRATEGIES.includes(lower)) return lower;
  const near = nearest(lower, STRATEGIES);
  throw new NotUnderstood(`"${value}" is no way to release.`, near ? `Did you mean "${near}"?` : `Known: ${STRATEGIES.join(', ')}.`);
}

function readRollback(cut: Clauses, environments: ReadonlySet<string>): Fields {
  common(cut);
  const fields: Fields = {};
  const [subject] = cut.subjects;
  if (subject) set(fields, environments.has(subject.toLowerCase()) ? 'environment' : 'service', subject);
  for (const clause of cut.clauses) {
    const { word, value } = clause;
    if (word === 'in' || word === 'on' || word === 'from') set(fields, 'environment', value);
    else if (word === 'of') set(fields, 'service', value);
    else if (word === 'to' && environments.has(value.toLowerCase())) set(fields, 'environment', value);
    else if (word === 'to')
      throw new NotUnderstood(
        'A roll-back goes to what ran before.',
        `For a certain revision: release ${fields['service'] ?? 'everything'} at ${value} to production`,
      );
    else unknownClause(clause);
  }
  return fields;
}

function readRemediate(cut: Clauses, environments: ReadonlySet<string>): Fields {
  common(cut);
  const fields: Fields = {};
  const [service] = cut.subjects;
  if (service === undefined || environments.has(service.toLowerCase()))
    throw new NotUnderstood('Which service is to be mended?', 'For example: repair cart in production');
  set(fields, 'service', service);
  for (const clause of cut.clauses) {
    if (clause.word !== 'in' && clause.word !== 'on') unknownClause(clause);
    set(fields, 'environment', clause.value);
  }
  return fields;
}

function readRevision(cut: Clauses): Fields {
  common(cut);
  const fields: Fields = {};
  const [subject] = cut.subjects;
  if (subject) Object.assign(fields, looksLikePath(subject) ? { repo: subject } : rangeOf(subject));
  for (const clause of cut.clauses) {
    const { word, value } = clause;
    if (word === 'against' || word === 'vs' || word === 'versus' || word === 'since') set(fields, 'base', value);
    else if ((word === 'in' || word === 'from' || word === 'of' || word === 'for') && looksLikePath(value)) set(fields, 'repo', value);
    else if (word === 'of' || word === 'for' || word === 'at' || word === 'on') set(fields, 'revision', value);
    else unknownClause(clause);
  }
  return fields;
}

/** `main..feature` compares feature with main, as git writes it. */
function rangeOf(text: string): Fields {
  const [base, revision] = text.split(/\.{2,3}/);
  return revision && base ? { base, revision } : { revision: text };
}

const READERS: Record<GoalKind, (cut: Clauses, environments: ReadonlySet<string>) => Fields> = {
  release: readRelease,
  rollback: readRollback,
  remediate: readRemediate,
  test: readRevision,
  assess: readRevision,
};
