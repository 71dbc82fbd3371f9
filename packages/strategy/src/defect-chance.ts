// The chance that a release has a defect that customers notice: an assumption, drawn to what this installation has seen. Pure.
import type { PastReleases, Risk } from './facts.ts';

/**
 * Prior means per class of risk. Order of magnitude: change failure rates of 5 % (elite) to 15 % (medium) in DORA, "Accelerate State of DevOps Report" (2023);
 * a style change is taken as a tenth of the best.
 */
const DEFECT_PRIOR: Record<Risk, number> = { low: 0.005, medium: 0.05, high: 0.2 };

/** The prior weighs as much as this many releases that were seen. */
const PRIOR_RELEASES = 20;

export type DefectChance = {
  chance: number;
  prior: number;
  /** Releases of this risk: of all services of the environment, and of this one alone. */
  seen: { releases: number; defects: number };
  own: { releases: number; defects: number };
};

/**
 * Mean of a beta posterior, twice: the class of risk is learnt from all services of the environment, then the service from its own releases.
 *
 *     Beta(m p, m (1 - p)) with m = 20 and p the prior mean;  after k defects in n releases the mean is (m p + k) / (m + n)
 */
export function defectChance(history: readonly PastReleases[], service: string, risk: Risk): DefectChance {
  const prior = DEFECT_PRIOR[risk];
  const ofRisk = history.filter((h) => h.risk === risk);
  const [own, others] = [ofRisk.filter((h) => h.service === service), ofRisk.filter((h) => h.service !== service)].map(sum);
  const ownSeen = own ?? sum([]);
  const othersSeen = others ?? sum([]);
  const class_ = posterior(prior, othersSeen);
  return {
    chance: posterior(class_, ownSeen),
    prior,
    seen: { releases: ownSeen.releases + othersSeen.releases, defects: ownSeen.defects + othersSeen.defects },
    own: ownSeen,
  };
}

const posterior = (mean: number, { releases, defects }: { releases: number; defects: number }): number =>
  (PRIOR_RELEASES * mean + defects) / (PRIOR_RELEASES + releases);

const sum = (list: readonly PastReleases[]): { releases: number; defects: number } => ({
  releases: list.reduce((n, h) => n + h.releases, 0),
  defects: list.reduce((n, h) => n + h.defects, 0),
});
