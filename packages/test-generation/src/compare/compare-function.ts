// One function of both versions on the same calls: what differs, by the smallest call, and what stays as it was.
import type { Callable } from '../callable.ts';
import type { Driver, Place } from '../driver.ts';
import type { Source } from '../inputs/arbitrary.ts';
import { casesOf, typeOfSeen } from '../inputs/cases.ts';
import { fits } from '../inputs/fits.ts';
import { smaller } from '../inputs/shrink.ts';
import { simplestOf } from '../inputs/simplest.ts';
import { unsupportedIn } from '../type.ts';
import type { Type } from '../type.ts';
import { sizeOf } from '../value.ts';
import type { Value } from '../value.ts';
import { differenceOf, withoutLayout } from './compare.ts';
import { kindOf, smallestByKind } from './findings.ts';
import type { Differing } from './findings.ts';
import { isOrderly } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** A call whose end is the same in both versions and whenever it is made. */
export type Settled = { args: readonly Value[]; outcome: Outcome };
export type Compared = {
  calls: number;
  differing: (Differing & { seenIn: number })[];
  settled: Settled[];
  /** Calls that end otherwise from one time to the next: nothing is said about them. */
  unsteady: number;
  /** Why nothing could be compared. */
  unjudged: string | null;
};

export type Asked = {
  driver: Driver;
  path: string;
  oldPath: string;
  /** Null where it is new: then there is nothing to differ from. */
  before: { place: Place; callable: Callable } | null;
  after: { place: Place; callable: Callable };
  source: Source;
  seen: readonly (readonly Value[])[];
  /** Lists of arguments that a model proposes, already held against the types. */
  proposed: readonly (readonly Value[])[];
  seed: number;
  count: number;
};

const SHRINK_ROUNDS = 12;
const SHRINK_WIDTH = 40;

export async function compareFunction(asked: Asked): Promise<Compared> {
  const { driver, path, oldPath, before, after, seed, count, source } = asked;
  const callable = withSeen(before?.callable ?? after.callable, asked.seen);
  const types = [...(callable.receiver ? [callable.receiver] : []), ...callable.parameters.filter((one) => !one.optional).map((one) => one.type)];
  const cannot = types.map(unsupportedIn).find((why) => why !== null);
  if (cannot !== undefined) return nothing(`its arguments cannot be made: ${cannot}`);
  const on = callable.receiver ? simplestOf(callable.receiver).slice(0, 1) : [];
  const known = [...asked.proposed, ...asked.seen]
    .filter((args) => args.length <= callable.parameters.length || callable.parameters.some((one) => one.rest))
    .map((args) => [...on, ...args]);
  const compared = callable.receiver ? withoutLayout : (a: Outcome, c: Outcome): [Outcome, Outcome] => [a, c];
  const cases = casesOf(callable, source, known, seed, count).map((one) => one.args);
  const runs = async (side: { place: Place; callable: Callable }, at: string, calls: readonly (readonly Value[])[], rounds: number[]) =>
    // Called as before, whatever it takes now.
    driver.run(side.place, { path: at, callable: { ...callable, path: side.callable.path, silent: side.callable.silent }, cases: calls, rounds });
  const [now, nowAgain] = await runs(after, path, cases, [0, 1]);
  const [then, thenAgain] = before ? await runs(before, oldPath, cases, [0, 1]) : [now, nowAgain];
  if (then?.failed) return nothing(`the old version does not load: ${firstLine(then.failed)}${isNotInstalled(then.failed) ? NOT_INSTALLED : ''}`);
  if (now?.failed) return { ...nothing(null), calls: cases.length, differing: [unloadable(cases, now.failed)] };
  const differing: Differing[] = [];
  const settled: Settled[] = [];
  let unsteady = 0;
  for (const [i, args] of cases.entries()) {
    const [a, b, c, d] = [then, thenAgain, now, nowAgain].map((result) => result?.outcomes[i] ?? null);
    if (!a || !b || !c || !d) continue;
    if (differenceOf(a, b) !== null || differenceOf(c, d) !== null) unsteady += 1;
    else {
      const [was, is] = compared(a, c);
      const kind = before ? kindOf(was, is) : null;
      if (kind === null) {
        if (isOrderly(c)) settled.push({ args, outcome: c });
      } else if (!isOutside(callable, a, c)) differing.push({ args, before: was, after: is, kind });
    }
  }
  const found: Compared['differing'] = [];
  for (const one of smallestByKind(differing)) {
    const small = before ? await shrink(one) : one;
    if (small) found.push({ ...small, seenIn: differing.filter(({ kind }) => kind === one.kind).length });
  }
  return { calls: cases.length, differing: found, settled, unsteady, unjudged: null };

  /** Null where it does not differ any more: it was the machine. */
  async function shrink(first: Differing): Promise<Differing | null> {
    if (!before) return first;
    let best: Differing | null = null;
    const domain = [...(callable.receiver ? [callable.receiver] : []), ...callable.parameters.map((one) => one.type)];
    const needed = domain.length - callable.parameters.filter((one) => one.optional).length;
    // What hangs takes its whole time at every step.
    const [rounds, width] = first.kind === 'does-not-end' ? [2, 6] : [SHRINK_ROUNDS, SHRINK_WIDTH];
    let candidates: (readonly Value[])[] = [first.args, ...narrowed(first.args, domain, needed, width)];
    for (let round = 0; round < rounds && candidates.length > 0; round += 1) {
      const [old, fresh] = [(await runs(before, oldPath, candidates, [0]))[0], (await runs(after, path, candidates, [0]))[0]];
      const still = candidates.flatMap((args, i): Differing[] => {
        const pair = [old?.outcomes[i], fresh?.outcomes[i]];
        const [a, c] = pair[0] && pair[1] ? compared(pair[0], pair[1]) : [];
        return a && c && kindOf(a, c) === first.kind && !isOutside(callable, a, c) ? [{ args, before: a, after: c, kind: first.kind }] : [];
      });
      const [smallest] = smallestByKind(best ? [best, ...still] : still);
      if (!smallest || smallest === best) break;
      best = smallest;
      candidates = narrowed(best.args, domain, needed, width);
    }
    return best;
  }
}

/** Smaller calls that are still what the function is for; a call that never was one may become any. */
function narrowed(args: readonly Value[], domain: readonly Type[], needed: number, width: number): Value[][] {
  const inside = args.map((arg, i) => fits(domain[i] ?? { k: 'any' }, arg));
  return smaller(args, needed, width * 3)
    .filter((one) => one.every((value, i) => !inside[i] || fits(domain[i] ?? { k: 'any' }, value)))
    .slice(0, width);
}

/** What is only known by name, or otherwise than it is used, is what tests pass. */
function withSeen(callable: Callable, seen: readonly (readonly Value[])[]): Callable {
  const parameters = callable.parameters.map((parameter, i) => {
    const values = seen.flatMap((args) => (args[i] ? [args[i]] : []));
    // What is guessed from use gives way to what is passed.
    const refuted = parameter.known === 'use' && values.some((value) => value.t !== 'null' && value.t !== 'undefined' && !fits(parameter.type, value));
    const type = parameter.known === 'name' || parameter.type.k === 'any' || refuted ? typeOfSeen(values) : null;
    return type ? { ...parameter, type, known: 'use' as const } : parameter;
  });
  return { ...callable, parameters };
}

/** Where types are only guessed, an accident or a number that is none says that the call was none. */
function isOutside(callable: Callable, before: Outcome, after: Outcome): boolean {
  if (callable.parameters.every((one) => one.known === 'written')) return false;
  const wasAccident = before.ended.kind === 'threw' && before.ended.accident;
  if (wasAccident) return true;
  const garbage = before.ended.kind === 'returned' && /"v":"NaN"|undefined|NaN|\[object Object\]/.test(JSON.stringify(before.ended.value));
  const isAccident = after.ended.kind === 'threw' && after.ended.accident;
  return (
    (garbage && before.ended.kind === 'returned' && before.ended.value.t !== 'undefined') ||
    (isAccident && callable.parameters.some((one) => one.known === 'name'))
  );
}

/** Dependencies are those of the working tree, which a fresh clone has none of. */
const isNotInstalled = (failed: string): boolean => /Cannot find (package|module) '[^./]|No module named/.test(failed);
const NOT_INSTALLED = '; if it is a dependency, install those of the working tree first';

const nothing = (unjudged: string | null): Compared => ({ calls: 0, differing: [], settled: [], unsteady: 0, unjudged });
const firstLine = (text: string): string =>
  text
    .split('\n')
    .find((line) => /error|Error|:\d+:/.test(line))
    ?.trim()
    .slice(0, 200) ?? text.slice(0, 200);

function unloadable(cases: readonly (readonly Value[])[], why: string): Differing & { seenIn: number } {
  const args = cases.toSorted((a, b) => total(a) - total(b))[0] ?? [];
  const end = (text: string): Outcome => ({ ended: { kind: 'crashed', why: text }, args: [], output: '' });
  return { args, before: end('it loaded'), after: end(firstLine(why)), kind: 'does-not-load', seenIn: cases.length };
}
const total = (args: readonly Value[]): number => args.reduce((sum, one) => sum + sizeOf(one), 0);
