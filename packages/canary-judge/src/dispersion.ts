// How much less neighbouring observations show than independent ones would: bursts and inertia. Pure.

/** Below this many differences nothing can be said of them. */
const FEW = 12;
const MOST_STEP = 3;

const lagged = (values: readonly number[], lag: number): number[] => values.slice(lag).map((x, i) => x - (values[i] ?? 0));

/** Mean square with each value limited: a crash is one huge step, and must not hide itself as noise. */
const meanSquare = (values: readonly number[], limit: number): number =>
  values.reduce((sum, x) => sum + Math.min(limit, Math.abs(x)) ** 2, 0) / Math.max(1, values.length);

/** Three robust standard deviations; no limit where most values are zero. */
function threeDeviations(values: readonly number[]): number {
  const sizes = values.map(Math.abs).sort((a, b) => a - b);
  return 3 * 1.4826 * (sizes[Math.floor(sizes.length / 2)] ?? 0) || Infinity;
}

/**
 * Variance inflation of differences by their inertia, (1 + r)/(1 - r) for an autoregression of first order. r comes from the differences over two
 * steps beside those over one (as J. von Neumann 1941): a shift or a slow drift of the canary hardly changes it, so harm does not hide itself.
 * Dividing a log e-value by at least 1 can only make it smaller where steps are independent; where they are not, it is what keeps it honest.
 */
export function inertia(differences: readonly number[], isBounded: boolean): number {
  if (differences.length < FEW) return 1;
  const steps = lagged(differences, 1);
  // Places lie between -2 and 2 anyway; differences in standard deviations do not.
  const limit = isBounded ? Infinity : threeDeviations(steps);
  const one = meanSquare(steps, limit);
  const two = meanSquare(lagged(differences, 2), limit);
  if (one <= 0) return 1;
  const r = two / one - 1;
  const error = 1 / Math.sqrt(differences.length);
  if (r <= 2 * error) return 1;
  // The stronger the inertia, the fewer stretches are left to tell it by, and the more a small mistake counts.
  const high = Math.min(0.98, r + error * (0.5 + 2 * r * r));
  return (1 + high) / (1 - high);
}

/** Standardised differences that scatter by less than this part of what chance explains have next to nothing that could hold on. */
const HARDLY_ANY = 0.25;

/**
 * Variance inflation of standardised differences of counts by their inertia. Where all events fall on one side hardly any scatter is left, and what two
 * stretches in a row have in common is no inertia: it would take away the evidence of the clearest harm.
 */
export function inertiaOfCounts(standardised: readonly number[]): number {
  const mean = standardised.reduce((sum, z) => sum + z, 0) / Math.max(1, standardised.length);
  const scatter = standardised.reduce((sum, z) => sum + (z - mean) ** 2, 0) / Math.max(1, standardised.length);
  return scatter < HARDLY_ANY ? 1 : inertia(standardised, false);
}

/**
 * Variance of standardised differences beyond what chance of single events explains, from neighbouring ones.
 *
 * @param fourth mean fourth moment of the differences, 3 for normal ones. One event in a canary that has a twentieth of the requests is far from
 *   normal; the variance of so few is known less well then, and what is only that must not count as bursts.
 */
export function overdispersion(standardised: readonly number[], fourth = 3): number {
  if (standardised.length < FEW) return 1;
  const phi = meanSquare(lagged(standardised, 1), MOST_STEP * Math.SQRT2) / 2;
  const error = Math.sqrt(Math.max(1, fourth / 3) / standardised.length);
  return phi <= 1 + 2 * error ? 1 : phi + error;
}

/**
 * What one stretch of time may add to a log e-value, by the policy's `burst`: what happens within it may have a single cause. Cutting a likelihood
 * ratio down keeps the false alarm rate.
 */
export const capped = (nats: number, most: number): number => Math.min(most, nats);
