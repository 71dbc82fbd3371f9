// How often a service calls another one in a request of one operation: code that forgets a call, or repeats it, changes that and nothing else does. Pure.
import { phaseOf, type Frame } from '../evidence.ts';
import type { Span } from './span-stats.ts';

export type ChangedCalls = { entity: string; name: string; to: string; before: number; now: number; n: number };

const ENOUGH = 12;

/** `called`: by span of a request, those it calls directly or by spans of its own. Requests with a failed call are left out: they end early, or try again. */
export function changedCalls(spans: readonly { span: Span; called: readonly string[]; failedBelow: boolean }[], frame: Frame): ChangedCalls[] {
  type Count = { n: number; calls: Map<string, number> };
  const operations = new Map<string, { entity: string; name: string; window: Count; baseline: Count }>();
  for (const { span, called, failedBelow } of spans) {
    const phase = phaseOf(frame, span.start);
    if (phase === 'outside' || failedBelow) continue;
    const id = `${span.entity}\n${span.name}`;
    const empty = (): Count => ({ n: 0, calls: new Map() });
    const one = operations.get(id) ?? { entity: span.entity, name: span.name, window: empty(), baseline: empty() };
    operations.set(id, one);
    one[phase].n += 1;
    for (const to of called) one[phase].calls.set(to, (one[phase].calls.get(to) ?? 0) + 1);
  }
  return [...operations.values()].flatMap(({ entity, name, window, baseline }) => {
    if (window.n < ENOUGH || baseline.n < ENOUGH) return [];
    return [...new Set([...window.calls.keys(), ...baseline.calls.keys()])].flatMap((to) => {
      const [before, now] = [(baseline.calls.get(to) ?? 0) / baseline.n, (window.calls.get(to) ?? 0) / window.n];
      // Calls scatter by the root of their number at most; four of that, and a quarter of the calls.
      const scatter = Math.sqrt((Math.max(before, now) + 0.5 / baseline.n) * (1 / window.n + 1 / baseline.n));
      return Math.abs(now - before) > 4 * scatter && Math.abs(now - before) > 0.25 * Math.max(before, now)
        ? [{ entity, name, to, before, now, n: window.n }]
        : [];
    });
  });
}
