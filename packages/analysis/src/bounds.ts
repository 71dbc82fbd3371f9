// Upper bound of a share from a fixed number of requests. Pure.

/** Upper end of the score interval (E. B. Wilson 1927). One for no requests at all. */
export function upperShare(counts: { n: number; bad: number }, z = 1.96): number {
  if (counts.n === 0) return 1;
  const share = counts.bad / counts.n;
  const centre = share + (z * z) / (2 * counts.n);
  const spread = z * Math.sqrt((share * (1 - share)) / counts.n + (z * z) / (4 * counts.n * counts.n));
  return Math.min(1, (centre + spread) / (1 + (z * z) / counts.n));
}

/**
 * Upper end of the exact one-sided interval for a share, after C. Clopper and E. Pearson (1934): the share under which so few bad ones
 * would be seen with a chance of 1 - `confidence`. Never too low, also for drawing without replacement, where it is wider than needed.
 */
export function exactUpperShare({ n, bad }: { n: number; bad: number }, confidence = 0.95): number {
  if (n === 0 || bad >= n) return 1;
  let [low, high] = [bad / n, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(bad, n, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** Chance of at most `bad` of `n` at a share strictly between 0 and 1, summed from logarithms so that no term runs out of range. */
function atMost(bad: number, n: number, share: number): number {
  const [yes, no] = [Math.log(share), Math.log1p(-share)];
  let choose = 0;
  let sum = 0;
  for (let k = 0; k <= bad; k += 1) {
    if (k > 0) choose += Math.log((n - k + 1) / k);
    sum += Math.exp(choose + k * yes + (n - k) * no);
  }
  return sum;
}
