// What the incident's entity depends on and what was measured and is as always: what else it could have been, and why it was not. Pure.
import type { RootCauses } from '@awo/contracts';
import { phaseOf, type Evidence, type Series } from './evidence.ts';
import { levelPoints, meanOf, number } from './signals/anomaly.ts';
import { CallGraph } from './signals/call-graph.ts';

const SHOWN = 8;
const STEPS = 2;
const METRICS = 3;

export function ruledOut(
  evidence: Evidence,
  suspected: ReadonlySet<string>,
  calls: readonly { from: string; to: string }[],
): NonNullable<RootCauses['ruledOut']> {
  const { entity } = evidence.symptom;
  if (entity === null) return [];
  const near = [...new CallGraph(evidence.topology, calls).below(entity)].filter(([id, steps]) => steps > 0 && steps <= STEPS && !suspected.has(id));
  const series = Map.groupBy(evidence.series, (s) => s.entity);
  return near
    .toSorted((a, b) => a[1] - b[1])
    .flatMap(([id]) => {
      const measured = (series.get(id) ?? []).flatMap((s) => levels(s, evidence)).slice(0, METRICS);
      return measured.length === 0 ? [] : [{ entity: id, says: `As always: ${measured.join('; ')}.` }];
    })
    .slice(0, SHOWN);
}

function levels(series: Series, { frame }: Evidence): string[] {
  const values = Object.groupBy(levelPoints(series), (p) => phaseOf(frame, p.t));
  const [now, before] = [values.window ?? [], values.baseline ?? []].map((points) => points.map((p) => p.v));
  if (now === undefined || now.length === 0) return [];
  return [`${series.metric} ${number(meanOf(now))}${before === undefined || before.length === 0 ? '' : `, before ${number(meanOf(before))}`}`];
}
