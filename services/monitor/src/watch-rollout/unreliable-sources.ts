// Releases whose sources fail at random, for tests and figures: dead from the start, silent, repeating their last answer, without one of the revisions.
import { seededRandom } from '@awo/analysis';
import type { TrafficCounters } from '@awo/contracts';
import { NEW, playRollout, type Ended } from './simulated-rollout.ts';

type Mode = 'well' | 'silent' | 'repeats' | 'without-new' | 'without-old';
const MODES: Mode[] = ['silent', 'repeats', 'without-new', 'without-old'];

export type Unreliable = Ended & {
  isBad: boolean;
  isDead: boolean;
  /** Requests of the new one that the source ever told of. */
  told: number;
  looksLost: number;
};

/** One release. Half of them fail 5 to 30 % of their requests; one source in five says nothing of the new one at all. */
export function playUnreliable(seed: number): Unreliable {
  const random = seededRandom(seed * 7919 + 11);
  const [isBad, isDead] = [random() < 0.5, random() < 0.2];
  const ratio = isBad ? 0.05 + 0.25 * random() : 0;
  const breaks = 0.02 + 0.4 * random();
  const heals = 0.1 + 0.5 * random();
  let mode: Mode = 'well';
  let last: TrafficCounters[] = [];
  let [told, looksLost] = [0, 0];
  const atFirst = new Map<string, number>();
  const seen = (_: number, truth: TrafficCounters[]): TrafficCounters[] => {
    if (mode === 'well' && random() < breaks) mode = MODES[Math.floor(random() * MODES.length)] ?? 'silent';
    else if (mode !== 'well' && random() < heals) mode = 'well';
    if (mode !== 'well') looksLost += 1;
    const without = (isNew: boolean) => truth.filter((c) => (c.revision === NEW) !== isNew);
    const answer =
      isDead || mode === 'without-new' ? without(true) : mode === 'silent' ? [] : mode === 'repeats' ? last : mode === 'without-old' ? without(false) : truth;
    const fresh = answer.find((c) => c.revision === NEW)?.requests;
    if (fresh !== undefined) {
      if (!atFirst.has(NEW)) atFirst.set(NEW, fresh);
      told = Math.max(told, fresh - (atFirst.get(NEW) ?? 0));
    }
    last = answer;
    return answer;
  };
  const ended = playRollout({
    seed,
    rps: 20 + Math.floor(80 * random()),
    weights: random() < 0.7 ? [10, 40, 50] : [100],
    old: { errors: () => 0.0005 },
    fresh: { errors: () => ratio },
    policy: { watchDeadlineMs: 90_000 },
    seen,
  });
  return { ...ended, isBad, isDead, told, looksLost };
}

/** Promoted although nothing, or too little, was told of it, or although it fails. */
export const isWithoutEvidence = ({ decision, isBad, isDead, told }: Unreliable): boolean => decision.verdict === 'passed' && (isBad || isDead || told < 30);
