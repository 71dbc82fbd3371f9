// Whether more requests fail in the last minutes than in the hour before. Pure.
import type { TrafficPast } from '@awo/contracts';

const RECENT_MINUTES = 5;
const HOUR_MINUTES = 60;
/** Standard errors apart that are no chance: about one in two thousand looks by chance. */
const CLEARLY = 3.5;

/** Two shares by their pooled standard error. `unknown`: one of the two has no request. */
export function healthTrend(past: TrafficPast | null): 'worsening' | 'improving' | 'steady' | 'unknown' {
  const recent = sum(past?.minutes.slice(-RECENT_MINUTES) ?? []);
  const before = sum(past?.minutes.slice(-RECENT_MINUTES - HOUR_MINUTES, -RECENT_MINUTES) ?? []);
  if (recent.n === 0 || before.n === 0) return 'unknown';
  const pooled = (recent.bad + before.bad) / (recent.n + before.n);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / recent.n + 1 / before.n));
  const apart = spread === 0 ? 0 : (recent.bad / recent.n - before.bad / before.n) / spread;
  return apart > CLEARLY ? 'worsening' : apart < -CLEARLY ? 'improving' : 'steady';
}

const sum = (stretches: TrafficPast['minutes']): { n: number; bad: number } => ({
  n: stretches.reduce((all, s) => all + (s?.[0] ?? 0), 0),
  bad: stretches.reduce((all, s) => all + (s?.[1] ?? 0), 0),
});
