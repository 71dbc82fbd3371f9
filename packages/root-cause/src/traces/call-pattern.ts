// How often a service calls another one in a request of one operation: code that forgets a call, or repeats it, changes that and nothing else does. Pure.
import { phaseOf, type Frame } from '../evidence.ts';
import type { Span } from './span-stats.ts';

export type ChangedCalls = {
  entity: string;
  name: string;
  to: string;
  before: number;
  now: number;
  n: number;
  /** As many in every request before: not a matter of what was asked for. */
  isSteady: boolean;
};

const ENOUGH = 12;

/** `called`: by span of a request, those it calls directly or by spans of its own. Requests that failed, or with a failed call, are left out: they end early, or try again. */
export function changedCalls(spans: readonly { span: Span; called: readonly string[]; failedBelow: boolean }[], frame: Frame): ChangedCalls[] {
  type Count = { n: number; calls: Map<string, { sum: number; squares: number }> };
  const operations = new Map<string, { entity: string; name: string; window: Count; baseline: Count }>();
  for (const { span, called, failedBelow } of spans) {
    const phase = phaseOf(frame, span.start);
    if (phase === 'outside' || failedBelow || span.error) continue;
    const id = `${span.entity}\n${span.name}`;
    const empty = (): Count => ({ n: 0, calls: new Map() });
    const one = operations.get(id) ?? { entity: span.entity, name: span.name, window: empty(), baseline: empty() };
    operations.set(id, one);
    one[phase].n += 1;
    for (const [to, times] of Map.groupBy(called, (name) => name)) {
      const known = one[phase].calls.get(to) ?? { sum: 0, squares: 0 };
      one[phase].calls.set(to, { sum: known.sum + times.length, squares: known.squares + times.length ** 2 });
    }
  }
  return [...operations.values()].flatMap(({ entity, name, window, baseline }) => {
    if (window.n < ENOUGH || baseline.n < ENOUGH) return [];
    return [...new Set([...window.calls.keys(), ...baseline.calls.keys()])].flatMap((to) => {
      const [then, since] = [baseline.calls.get(to) ?? { sum: 0, squares: 0 }, window.calls.get(to) ?? { sum: 0, squares: 0 }];
      const [before, now] = [then.sum / baseline.n, since.sum / window.n];
      // Four deviations, by what was usual, of a mean over so many requests, and a quarter of the calls.
      const scatter = Math.sqrt(Math.max(1 / baseline.n, then.squares / baseline.n - before ** 2) * (1 / window.n + 1 / baseline.n));
      return Math.abs(now - before) > 4 * scatter && Math.abs(now - before) > 0.25 * Math.max(before, now)
        ? [{ entity, name, to, before, now, n: window.n, isSteady: then.squares / baseline.n - before ** 2 < 0.05 }]
        : [];
    });
  });
}
