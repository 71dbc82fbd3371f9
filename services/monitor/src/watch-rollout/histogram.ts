// Latency histograms: quantiles, and requests slower than a bound. Pure.

/** Counts per bucket: one more than there are upper bounds; the last bucket is open. */
type Histogram = readonly number[];

export const totalOf = (histogram: Histogram): number => histogram.reduce((sum, n) => sum + n, 0);

/** Value below which a share `q` of the requests lies, interpolated within its bucket; null without requests. */
export function quantile(histogram: Histogram, bounds: readonly number[], q: number): number | null {
  const total = totalOf(histogram);
  if (total === 0) return null;
  let before = 0;
  for (const [i, n] of histogram.entries()) {
    const low = i === 0 ? 0 : (bounds[i - 1] ?? 0);
    const high = bounds[i];
    if (n > 0 && before + n >= q * total) return high === undefined ? low : low + ((q * total - before) / n) * (high - low);
    before += n;
  }
  return bounds.at(-1) ?? null;
}

/** Number of the first bucket whose upper bound is at least `ms`. */
export function bucketOf(ms: number, bounds: readonly number[]): number {
  const at = bounds.findIndex((b) => b >= ms);
  return at === -1 ? bounds.length - 1 : at;
}

/** Requests in all and those slower than the upper bound of a bucket. */
export const slowerThan = (histogram: Histogram, bucket: number): { n: number; bad: number } => ({
  n: totalOf(histogram),
  bad: totalOf(histogram.slice(bucket + 1)),
});

/** Share of the requests that took longer than `ms`, interpolated within its bucket. Of the open bucket nothing is known: all of it counts. */
export function shareBeyond(histogram: Histogram, bounds: readonly number[], ms: number): number {
  const total = totalOf(histogram);
  const beyond = histogram.reduce((sum, n, i) => {
    const [low, high] = [i === 0 ? 0 : (bounds[i - 1] ?? 0), bounds[i]];
    if (ms <= low || high === undefined) return sum + n;
    return ms >= high ? sum : sum + (n * (high - ms)) / (high - low);
  }, 0);
  return total === 0 ? 0 : beyond / total;
}
