// Differences as findings: one per function and way to differ, by its smallest call. Pure.
import type { Callable } from '../callable.ts';
import type { Value } from '../value.ts';
import { sizeOf } from '../value.ts';
import { differenceOf } from './compare.ts';
import type { Outcome } from './outcome.ts';
import { describeInput, didBefore, doesNow, wordsOf } from './words.ts';

export type FindingKind =
  | 'result'
  | 'new-error'
  | 'error-gone'
  | 'other-error'
  | 'argument'
  | 'output'
  | 'does-not-end'
  | 'promise'
  | 'signature'
  | 'gone'
  | 'does-not-load';

export type Finding = {
  kind: FindingKind;
  file: string;
  line: number;
  function: string;
  /** `cartTotal returns null where it returned 0, for empty items` */
  text: string;
  /** The smallest call that was found, argument by argument, as source. */
  input: string[];
  before: string;
  after: string;
  /** Of how many calls. */
  seenIn: number;
  calls: number;
  /** A test that names the function changed with it: it may be what was wanted. */
  meant: boolean;
};

/** Null where the two ends are the same. */
export function kindOf(before: Outcome, after: Outcome): FindingKind | null {
  const difference = differenceOf(before, after);
  if (difference === null) return null;
  if (difference !== 'ended') return difference;
  const [a, b] = [before.ended, after.ended];
  if (b.kind === 'never-ends' || b.kind === 'too-much-output' || b.kind === 'exited' || b.kind === 'crashed') return 'does-not-end';
  if (a.kind === 'threw' && b.kind === 'threw') return 'other-error';
  if (b.kind === 'threw') return 'new-error';
  if (a.kind === 'threw') return 'error-gone';
  if (a.kind === 'returned' && b.kind === 'returned' && (a.later ?? false) !== (b.later ?? false)) return 'promise';
  return 'result';
}

export type Differing = { args: readonly Value[]; before: Outcome; after: Outcome; kind: FindingKind };

/** The ones with the smallest call first, one of each kind. */
export function smallestByKind(differing: readonly Differing[]): Differing[] {
  const found = new Map<FindingKind, Differing>();
  const size = ({ args }: Differing): number => args.reduce((sum, one) => sum + sizeOf(one), 0);
  for (const one of differing.toSorted((a, b) => size(a) - size(b))) if (!found.has(one.kind)) found.set(one.kind, one);
  return [...found.values()];
}

type Language = 'js' | 'python' | 'go';

export function sentence(callable: Callable, { args, before, after, kind }: Differing, language: Language): string {
  const when = `for ${describeInput(callable, args, language)}`;
  const { name } = callable;
  if (kind === 'argument') {
    const at = before.args.findIndex((arg, i) => differenceOf({ ...before, args: [arg] }, { ...after, args: after.args.slice(i, i + 1) }) === 'argument');
    const given = callable.receiver ? (at === 0 ? 'its object' : callable.parameters[at - 1]?.name) : callable.parameters[at]?.name;
    return `${name} leaves ${given ?? 'an argument'} as ${wordsOf(after.args[at] ?? { t: 'null' }, language)} where it left it as ${wordsOf(before.args[at] ?? { t: 'null' }, language)}, ${when}`;
  }
  if (kind === 'output')
    return `${name} prints ${JSON.stringify(after.output.slice(0, 60))} where it printed ${JSON.stringify(before.output.slice(0, 60))}, ${when}`;
  return `${name} ${doesNow(after.ended, language)} where it ${didBefore(before.ended, language)}, ${when}`;
}
