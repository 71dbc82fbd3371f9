// Confidence sequences for shares, quantiles and event rates: valid at every look at once. Pure.

export type Interval = { low: number; high: number };

const lgammaCoefficients = [76.18009172947, -86.50532032942, 24.01409824083, -1.23173957245, 0.0012086509739, -0.000005395239385];

/** Logarithm of the gamma function (C. Lanczos 1964), relative error below 2e-10. */
function logGamma(x: number): number {
  const tmp = x + 5.5 - (x + 0.5) * Math.log(x + 5.5);
  let series = 1.00000000019;
  for (const [i, c] of lgammaCoefficients.entries()) series += c / (x + 1 + i);
  return -tmp + Math.log((Math.sqrt(2 * Math.PI) * series) / x);
}

const bisect = (low: number, high: number, isBelow: (x: number) => boolean): number => {
  let [a, b] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = (a + b) / 2;
    if (isBelow(middle)) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
};

const xlogy = (x: number, y: number): number => (x === 0 ? 0 : x * Math.log(y));

/**
 * Share after `bad` of `n`: the shares against which the likelihood mixed over Beta(1/2, 1/2) has not won by 1/alpha (H. Robbins 1970; S. Howard,
 * A. Ramdas, J. McAuliffe, J. Sekhon 2021).
 */
export function shareInterval(bad: number, n: number, alpha: number): Interval {
  if (n <= 0) return { low: 0, high: 1 };
  const mixed = logGamma(bad + 0.5) + logGamma(n - bad + 0.5) - logGamma(n + 1) - 2 * logGamma(0.5);
  const kept = (p: number): boolean => mixed - xlogy(bad, p) - xlogy(n - bad, 1 - p) < Math.log(1 / alpha);
  const share = bad / n;
  return {
    low: bad === 0 ? 0 : bisect(0, share, (p) => !kept(p)),
    high: bad === n ? 1 : bisect(share, 1, kept),
  };
}

/** Value of a sorted list at a share of it. */
export const quantileOf = (sorted: readonly number[], q: number): number => {
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? low) - low);
};

/**
 * Quantile `q` of a stream: the values whose share of smaller ones may still be q (S. Howard, A. Ramdas 2022, "Sequential estimation of quantiles"), with
 * the bound on the share of `shareInterval`. Infinite on a side that nothing bounds yet.
 */
export function quantileInterval(sorted: readonly number[], q: number, alpha: number): Interval {
  const n = sorted.length;
  const mayBe = (k: number): boolean => {
    const { low, high } = shareInterval(k, n, alpha);
    return low <= q && q <= high;
  };
  const centre = Math.round(q * n);
  const first = Math.ceil(bisect(0, centre, (k) => !mayBe(Math.round(k))));
  const last = Math.floor(bisect(centre, n, (k) => mayBe(Math.round(k))));
  return { low: first <= 0 ? -Infinity : (sorted[first - 1] ?? -Infinity), high: last >= n ? Infinity : (sorted[last] ?? Infinity) };
}

/** Ratio of two Poisson rates from the share of the canary's events among all, given its part of the exposure. */
export function ratioInterval(canary: number, all: number, part: number, alpha: number): Interval {
  const { low, high } = shareInterval(canary, all, alpha);
  const ratio = (share: number): number => (share >= 1 ? Infinity : (share / (1 - share)) * ((1 - part) / part));
  return { low: ratio(low), high: ratio(high) };
}

/** JSON has no infinity: null for "no bound yet". */
export const bounds = (low: number, high: number): [number | null, number | null] => [finite(low), finite(high)];
export const finite = (x: number): number | null => (Number.isFinite(x) ? Number(x.toPrecision(5)) : null);
