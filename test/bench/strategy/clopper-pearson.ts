// Exact bounds of a share from few trials (C. J. Clopper and E. S. Pearson, 1934), by bisection of the binomial tail. Pure.

/** Lower and upper end of the 95 % interval of `hits` in `trials`. */
export function clopperPearson(hits: number, trials: number): [number, number] {
  const lower = hits === 0 ? 0 : bisect((p) => 1 - below(hits - 1, trials, p) < 0.025);
  const upper = hits === trials ? 1 : bisect((p) => below(hits, trials, p) > 0.025);
  return [lower, upper];
}

/** The largest p for which `holds`, which is true up to it. */
function bisect(holds: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const p = (low + high) / 2;
    if (holds(p)) low = p;
    else high = p;
  }
  return low;
}

/** P(at most `hits` of `trials`). */
function below(hits: number, trials: number, p: number): number {
  let term = Math.exp(trials * Math.log1p(-p));
  let sum = term;
  for (let k = 0; k < hits; k++) {
    term *= ((trials - k) / (k + 1)) * (p / (1 - p));
    sum += term;
  }
  return sum;
}
