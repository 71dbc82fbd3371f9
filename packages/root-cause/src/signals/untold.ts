// Calls that are known of and that no trace shows: what a service waits for there, and what fails there, looks like its own. Pure.
import type { Topology } from '@awo/contracts';
import type { SpanStats } from '../traces/span-stats.ts';
import type { TraceView } from './from-traces.ts';
import type { MetricView } from './from-metrics.ts';

/** By caller: those that it calls or reads from by the topology, and in no trace. */
export function untoldCallees({ edges }: Topology, { calls }: SpanStats): Map<string, string[]> {
  const untold = new Map<string, string[]>();
  for (const { from, to, kind } of edges) if (/^(calls|reads)$/.test(kind) && !calls.has(`${from} ${to}`)) untold.set(from, [...(untold.get(from) ?? []), to]);
  return untold;
}

/** From so much on, what is measured of a caller is that of those it calls. */
const EXPLAINED = 0.4;

/** Its time and errors may be those of whom it calls unseen: half a reason where these are as always, and none where they explain it. */
export function withoutUntold(view: TraceView, untold: readonly string[], metric: MetricView | undefined): TraceView {
  if (untold.length === 0) return view;
  const parts = (metric?.below ?? []).filter(({ callee, part }) => untold.includes(callee) && part > 0);
  const explained = Math.min(
    1,
    parts.reduce((sum, { part }) => sum + part, 0),
  );
  const left = 0.5 * Math.max(0, 1 - explained / EXPLAINED);
  const against =
    explained > EXPLAINED
      ? [
          {
            evidence: `traces.jsonl: ${view.entity}`,
            says: `What comes from ${parts[0]?.callee ?? ''} looks like its own: no trace shows those calls, and they explain ${Math.round(100 * explained)}% of it.`,
          },
        ]
      : [];
  return { ...view, errors: view.errors * left, slow: view.slow * left, against: [...view.against, ...against] };
}
