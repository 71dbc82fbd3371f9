// What a diagnosis says of its rivals, in the terms of a decision: for each what speaks for it and against it, and what to look at next. Pure.
import type { Figures, Hypothesis, RootCauses, Verdict } from '@awo/contracts';

export const BECAUSE = { found: 'cause-found', ambiguous: 'ambiguous', insufficient: 'insufficient-evidence' } as const;

const HANDED_ON = 5;
const STATEMENTS = 4;
const cut = (text: string): string => text.slice(0, 400);
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** As many as a reader wants to weigh, at a length that every later commit of the goal can carry. */
export const handedOn = ({ hypotheses }: RootCauses): Hypothesis[] =>
  hypotheses.slice(0, HANDED_ON).map((h) => ({
    ...h,
    for: h.for.slice(0, STATEMENTS).map((s) => ({ ...s, says: s.says.slice(0, 300) })),
    against: h.against.slice(0, STATEMENTS).map((s) => ({ ...s, says: s.says.slice(0, 300) })),
  }));

export function figuresOf(answer: RootCauses): Figures {
  return {
    hypotheses: answer.hypotheses.slice(0, 10).map((h) => cut(`${h.cause} on ${h.entity}: ${percent(h.confidence)}`)),
    ...Object.fromEntries(handedOn(answer).map((h, i) => [`hypothesis${i + 1}`, weighed(h)])),
    missing: (answer.hypotheses[0]?.missing ?? []).map(cut),
    notes: answer.notes.slice(0, 20).map(cut),
  };
}

const weighed = (h: Hypothesis): string[] => [
  cut(`${h.cause} on ${h.entity}: ${percent(h.confidence)}`),
  ...h.for.map((s) => cut(`for: ${s.says}`)),
  ...h.against.map((s) => cut(`against: ${s.says}`)),
  cut(`next check: ${h.nextCheck}`),
];

/** Every other cause, and what was looked at and is as always. */
export const alternativesOf = ({ hypotheses, ruledOut = [] }: RootCauses): NonNullable<Verdict['alternatives']> => [
  ...hypotheses.slice(1, 8).map((h) => ({
    kind: `${h.cause} on ${h.entity}`.slice(0, 80),
    rejectedBecause: (h.against.map((a) => a.says).join(' ') || `Less speaks for it (${percent(h.confidence)}).`).slice(0, 600),
  })),
  ...ruledOut.map(({ entity, says }) => ({ kind: entity.slice(0, 80), rejectedBecause: says.slice(0, 600) })),
];
