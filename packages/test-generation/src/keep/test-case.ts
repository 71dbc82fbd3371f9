// A call whose end is to stay as it is, written out. Pure.
import type { Callable } from '../callable.ts';
import type { Settled } from '../compare/compare-function.ts';
import { sameValue } from '../compare/compare.ts';
import { describeInput, doesNow } from '../compare/words.ts';
import { sizeOf } from '../value.ts';
import type { Value } from '../value.ts';

export type TestCase = {
  callable: Callable;
  args: readonly Value[];
  /** Source of the arguments, the receiver first where there is one. */
  written: readonly string[];
  expect: { kind: 'returns'; value: Value; written: string } | { kind: 'throws'; type: string; message: string };
  /** An argument that the call changes, and what it becomes. */
  leaves: { at: number; written: string } | null;
  title: string;
};

/** Nobody reads an expectation that is longer. */
const MAX_WRITTEN = 240;

/** Null where it cannot be written so that it reads well. `known` says whether a type of error can be named. */
export function testCaseOf(
  callable: Callable,
  { args, outcome }: Settled,
  language: 'js' | 'python' | 'go',
  render: (value: Value) => string | null,
  known: (type: string) => boolean,
): TestCase | null {
  const written = args.map(render);
  const { ended } = outcome;
  if (!written.every((one) => one !== null) || written.join().length > MAX_WRITTEN || outcome.output !== '') return null;
  const title = `${callable.name}: ${describeInput(callable, args, language)}: ${doesNow(ended, language).replace(/^returns/, 'gives')}`;
  const base = { callable, args, written, title };
  if (ended.kind === 'threw') {
    if (ended.accident || !known(ended.type) || language === 'go' || ended.message.length > 120) return null;
    return { ...base, expect: { kind: 'throws', type: ended.type, message: ended.message }, leaves: null };
  }
  if (ended.kind !== 'returned' || /"NaN"/.test(JSON.stringify(ended.value))) return null;
  const value = language === 'go' ? ended.value : plain(ended.value);
  const parts = value.t === 'list' && value.as === 'results' ? value.v : [value];
  const texts = parts.map((part) => (language === 'go' && (part.t === 'error' || part.t === 'undefined') ? '' : render(part)));
  const expected = texts.every((part) => part !== null) ? texts.join(', ') : null;
  if (expected === null || expected.length > MAX_WRITTEN) return null;
  return { ...base, expect: { kind: 'returns', value, written: expected }, leaves: language === 'go' ? null : changedArgument(args, outcome.args, render) };
}

/** A library of numbers prints what arithmetic leaves of a decimal: equal, and not readable, so it is no expectation. */
const plain = (value: Value): Value => (value.t === 'num' && typeof value.v === 'number' && Object.is(value.v, -0) ? { ...value, v: 0 } : value);

function changedArgument(before: readonly Value[], after: readonly Value[], render: (value: Value) => string | null): TestCase['leaves'] {
  for (const [at, value] of after.entries()) {
    const given = before[at];
    if (!given || (given.t !== 'list' && given.t !== 'obj') || sameValue(given, value)) continue;
    const written = render(value);
    if (written !== null && written.length <= MAX_WRITTEN) return { at, written };
  }
  return null;
}

/** What is quickest to read first. */
export const readingOrder = (a: TestCase, b: TestCase): number => reading(a) - reading(b);
const reading = ({ args, expect }: TestCase): number =>
  args.reduce((sum, one) => sum + sizeOf(one), 0) + (expect.kind === 'returns' ? sizeOf(expect.value) : 3);

/** Words of a title as a name of the language: `test_total_an_empty_items`, `TestTotal_AnEmptyItems`. Each once. */
export function names(cases: readonly TestCase[], make: (words: readonly string[]) => string): string[] {
  const taken = new Map<string, number>();
  return cases.map(({ title, callable, expect }) => {
    const end = expect.kind === 'throws' ? ' raises' : '';
    const words = `${callable.name} ${title
      .slice(callable.name.length + 1)
      .replace(/: gives .*$/s, '')
      .slice(0, 60)}${end}`
      .replaceAll(/-(\d)/g, 'minus $1')
      .split(/[^A-Za-z0-9]+/)
      .filter((word) => word !== '');
    const name = make(words.slice(0, 9));
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return times === 1 ? name : `${name}_${times}`;
  });
}
