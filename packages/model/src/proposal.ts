// What is asked of a model, and what becomes of an answer: used only where it fits the form and passes every check. Pure.
import type { z } from 'zod';
import type { Evidence } from './prompt.ts';
import type { Silence } from './source.ts';

export type Check = { name: string; passed: boolean; detail: string };
export type ProposalRequest<T> = {
  /** For the record and the span: `goal`, `hypotheses`. */
  purpose: string;
  /** Ours. Nothing from outside belongs here. */
  instructions: string;
  evidence: readonly Evidence[];
  schema: z.ZodType<T>;
  /** Deterministic, each of them able to fail. One that fails rejects the proposal. */
  check: (value: T) => Check[];
};

export type Proposal<T> =
  | { kind: 'proposed'; value: T; model: string; checks: Check[] }
  | { kind: 'none'; code: Silence | 'over-budget' | 'not-json' | 'not-the-form' | 'check-failed' | 'not-recordable'; because: string };

export const none = (code: Extract<Proposal<never>, { kind: 'none' }>['code'], because: string): Proposal<never> => ({ kind: 'none', code, because });

/** The schema first, then every check: all of them are told, so that a person sees what else was wrong. */
export function judged<T>(text: string, { schema, check }: ProposalRequest<T>, model: string): Proposal<T> {
  const json = jsonIn(text);
  if (json === undefined) return none('not-json', `the answer is no JSON: ${shown(text)}`);
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return none('not-the-form', `${issue?.path.join('.') || 'the answer'}: ${issue?.message ?? 'does not fit'}`);
  }
  const checks = check(parsed.data);
  const failed = checks.filter(({ passed }) => !passed);
  if (failed.length > 0) return none('check-failed', failed.map(({ name, detail }) => `${name}: ${detail}`).join('; '));
  return { kind: 'proposed', value: parsed.data, model, checks };
}

/** The whole answer is JSON, or one block of it that says so. Anything around it is a model that does not keep to what it was told. */
function jsonIn(text: string): unknown {
  const body = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const shown = (text: string): string => JSON.stringify(text.replace(/\s+/g, ' ').slice(0, 80));
