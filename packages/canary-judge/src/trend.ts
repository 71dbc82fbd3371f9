// Trends that outliers do not bend: the median of all slopes between two points. Pure.

export type Point = { x: number; y: number };
export type Trend = { slope: number; low: number; high: number };

const median = (sorted: readonly number[]): number => {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/**
 * Median slope with its confidence bounds (H. Theil 1950; P. K. Sen 1968, "Estimates of the regression coefficient based on Kendall's tau").
 * Null with fewer than four points or without any spread of x.
 *
 * @param z quantile of the normal distribution for the bounds; 2.33 leaves one per cent on each side.
 */
export function theilSen(points: readonly Point[], z = 2.33): Trend | null {
  const slopes: number[] = [];
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(i + 1)) if (a.x !== b.x) slopes.push((b.y - a.y) / (b.x - a.x));
  }
  if (points.length < 4 || slopes.length === 0) return null;
  slopes.sort((a, b) => a - b);
  const n = points.length;
  const spread = z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const at = (rank: number): number => slopes[Math.max(0, Math.min(slopes.length - 1, Math.round(rank)))] ?? 0;
  return { slope: median(slopes), low: at((slopes.length - spread) / 2 - 1), high: at((slopes.length + spread) / 2) };
}
