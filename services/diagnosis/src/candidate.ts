// A possible cause with what speaks for and against it. Pure.
import type { Diagnosis } from '@awo/contracts';

export type Candidate = Diagnosis['candidates'][number];

/** Collects points. A statement weighs 1 (fits), 2 (hard to explain otherwise) or 3 (compared at the same time, or named by the fault itself). */
export function candidate(kind: Candidate['kind'], cause: string) {
  const found: Candidate = { cause: cause.slice(0, 300), kind, score: 0, for: [], against: [] };
  const self = {
    for(weight: 1 | 2 | 3, text: string | null) {
      if (text === null) return self;
      found.for.push(text.slice(0, 400));
      found.score += weight;
      return self;
    },
    against(weight: 0 | 1 | 2 | 3, text: string | null) {
      if (text === null) return self;
      found.against.push(text.slice(0, 400));
      found.score -= weight;
      return self;
    },
    done: (): Candidate => found,
  };
  return self;
}
