// The canary's numbers, old against new, out of the figures of a watch decision. Pure.
import type { Figures } from '@awo/contracts';
import { count, percent } from '../output/quantities.ts';

type Side = { requests: number; errors: number; p95Ms: number | null };
export type Numbers = { weight: number | null; old: Side | null; new: Side };

const numberIn = (figures: Figures, key: string): number | null => {
  const value = figures[key];
  return typeof value === 'number' ? value : null;
};

function sideOf(figures: Figures, prefix: 'old' | 'new'): Side | null {
  const requests = numberIn(figures, `${prefix}Requests`);
  if (requests === null) return null;
  return { requests, errors: numberIn(figures, `${prefix}Errors`) ?? 0, p95Ms: numberIn(figures, `${prefix}P95Ms`) };
}

/** Null where the decision compared nothing. */
export function numbersOf(figures: Figures): Numbers | null {
  const fresh = sideOf(figures, 'new');
  return fresh && { weight: numberIn(figures, 'weight'), old: sideOf(figures, 'old'), new: fresh };
}

const KEYS_OF_NUMBERS = /^(old|new)(Requests|Errors|P95Ms)$|^weight$/;
/** The figures that `numbersOf` does not show. */
export const otherFigures = (figures: Figures): [string, Figures[string]][] =>
  Object.entries(figures).filter(([key]) => numbersOf(figures) === null || !KEYS_OF_NUMBERS.test(key));

function sideWords(side: Side): string {
  const share = side.requests === 0 ? '–' : percent(side.errors / side.requests);
  const latency = side.p95Ms === null ? '–' : `${side.p95Ms < 10 ? side.p95Ms.toFixed(1) : Math.round(side.p95Ms)} ms`;
  // Fixed widths: the numbers of one look stand below those of the look before.
  return `${count(side.requests).padStart(6)} req ${share.padStart(5)} err  p95 ${latency.padStart(7)}`;
}

/** One line per side, so that a number stands below the one it is compared with. */
export function numbersLines(numbers: Numbers): string[] {
  return [...(numbers.old ? [`old ${sideWords(numbers.old)}`] : []), `new ${sideWords(numbers.new)}`];
}
