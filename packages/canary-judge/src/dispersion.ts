// How much less neighbouring observations show than independent ones would: bursts and inertia. Pure.

/** Below this many differences nothing can be said of them. */
const FEW = 12;

const meanSquare = (values: readonly number[]): number => values.reduce((sum, x) => sum + x * x, 0) / Math.max(1, values.length);
const lagged = (values: readonly number[], lag: number): number[] => values.slice(lag).map((x, i) => x - (values[i] ?? 0));

/**
 * Variance inflation of differences by their inertia, (1 + r)/(1 - r) for an autoregression of first order. r comes from the differences over two
 * steps beside those over one (as J. von Neumann 1941): a shift or a slow drift of the canary hardly changes it, so harm does not hide itself.
 * Dividing a log e-value by at least 1 can only make it smaller where steps are independent; where they are not, it is what keeps it honest.
 */
export function inertia(differences: readonly number[]): number {
  if (differences.length < FEW) return 1;
  const one = meanSquare(lagged(differences, 1));
  const two = meanSquare(lagged(differences, 2));
  if (one <= 0) return 1;
  const r = Math.min(0.98, two / one - 1);
  return r <= 2 / Math.sqrt(differences.length) ? 1 : (1 + r) / (1 - r);
}

/** Variance of standardised differences beyond what chance of single events explains, from neighbouring ones. */
export function overdispersion(standardised: readonly number[]): number {
  if (standardised.length < FEW) return 1;
  const phi = meanSquare(lagged(standardised, 1)) / 2;
  return phi <= 1 + 3 / Math.sqrt(standardised.length) ? 1 : phi;
}
