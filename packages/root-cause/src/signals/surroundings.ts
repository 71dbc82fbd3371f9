// What a comparison of changed and unchanged tells of that which both depend on. Pure.
import type { Suspect } from '../suspect.ts';
import type { CallGraph } from './call-graph.ts';
import type { Compared } from './comparisons.ts';

/** Part of what a comparison tells of a change that it tells of the surroundings: the changed one may depend on them in another way. */
const SURROUNDINGS = 0.6;

/** What the changed and the unchanged one both depend on is acquitted by an unchanged one that did better beside it; where none did, and it became worse as well, it is accused. */
export function weighSurroundings(entity: string, suspect: Suspect, compared: ReadonlyMap<string, Compared>, graph: CallGraph): void {
  for (const [changed, { acquits, control, points, shared }] of compared) {
    if (entity === changed || entity === control || !graph.below(changed).has(entity)) continue;
    if (acquits !== null) {
      suspect.points -= SURROUNDINGS * points;
      suspect.against.push({
        evidence: `comparisons.jsonl: ${changed}`,
        says: `${control} depends on it as well, so that it does not make the difference. ${acquits}`,
      });
    } else if (shared > 0) {
      suspect.points += SURROUNDINGS * shared;
      suspect.for.push({ evidence: `comparisons.jsonl: ${changed}`, says: `${control}, which was not changed and depends on it as well, became worse too.` });
    }
  }
}

const ABNORMAL = 0.3;
const ALL_ECHO = 0.9;

/**
 * A change without an unchanged one beside it, errors of its own, and something below it that fell in the same moment: either may have brought the other
 * about. None of them is called found, however strong.
 */
export function parted(
  suspects: readonly Suspect[],
  compared: ReadonlyMap<string, Compared>,
  graph: CallGraph,
  stateOf: (entity: string) => { abnormal: number; echo: number },
): Suspect[] {
  const untold = new Set<string>();
  for (const [changed, { concurrent, points }] of compared) {
    const fallen = graph.callees(changed).filter((callee) => stateOf(callee).abnormal >= ABNORMAL);
    if (concurrent || points <= 0 || fallen.length === 0 || stateOf(changed).echo >= ALL_ECHO) continue;
    for (const entity of [changed, ...fallen]) untold.add(entity);
  }
  const says = 'It began together with another, and nothing was compared side by side: which of them brought the other about cannot be told.';
  return suspects.map((s) => (untold.has(s.entity) ? { ...s, isUntold: true, against: [{ evidence: 'comparisons.jsonl', says }, ...s.against] } : s));
}
