// Upper bound of a share from a fixed number of requests. Pure.

/** Upper end of the score interval (E. B. Wilson 1927). One for no requests at all. */
export function upperShare(counts: { n: number; bad: number }, z = 1.96): number {
  if (counts.n === 0) return 1;
  const share = counts.bad / counts.n;
  const centre = share + (z * z) / (2 * counts.n);
  const spread = z * Math.sqrt((share * (1 - share)) / counts.n + (z * z) / (4 * counts.n * counts.n));
  return Math.min(1, (centre + spread) / (1 + (z * z) / counts.n));
}
