// What a rule finds: an object, what is wrong with it, and how sure that is. Pure.
import { distance } from 'fastest-levenshtein';
import type { Resource } from './resource.ts';
import type { World } from './world.ts';

/**
 * proven: seen as cause and as effect; declared: wrong as written; seen: an effect that names its cause;
 * noted: the platform complains, in words that no rule knows; symptom: an effect only.
 */
export type Strength = 'proven' | 'declared' | 'seen' | 'noted' | 'symptom';
export const POINTS: Record<Strength, number> = { proven: 5, declared: 3.6, seen: 3.4, noted: 1.2, symptom: 0.3 };

export type Finding = {
  on: Resource;
  cause: string;
  strength: Strength;
  says: string;
  /** Where it is seen, if not on the object itself. */
  where?: string | undefined;
  against?: string | undefined;
  /** Objects that are seen to be hurt by it, where no reference leads from them to it. */
  victims?: readonly Resource[] | undefined;
  /** Since when it is so, where its state tells. */
  since?: number | null | undefined;
  repair: string;
  nextCheck: string;
};
export type Rule = (world: World) => Finding[];

const cut = (value: string): string => (value.length > 300 ? `${value.slice(0, 297)}...` : value);

/** A finding in one line; `check` defaults to looking at the object. */
export const finding = (
  on: Resource,
  cause: string,
  strength: Strength,
  says: string,
  repair: string,
  more: { where?: string | undefined; against?: string; nextCheck?: string; victims?: readonly Resource[]; since?: number | null } = {},
): Finding => ({
  on,
  cause,
  strength,
  says: cut(says),
  repair,
  where: more.where,
  against: more.against,
  victims: more.victims,
  since: more.since,
  nextCheck: more.nextCheck ?? `Look at ${on.entity}: its declaration and its events.`,
});

/** The nearest of some names, where one is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((one) => ({ one, d: distance(name, one) })).toSorted((a, b) => a.d - b.d);
  const [best] = ranked;
  return best !== undefined && best.d <= Math.max(2, name.length / 3) ? best.one : undefined;
}
