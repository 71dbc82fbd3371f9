// Looks at each entity with metrics, traces, logs and changes, and from where the incident was noticed. Pure.
import type { Evidence } from '../evidence.ts';
import { word } from '../platform/dig.ts';
import type { Suspect } from '../suspect.ts';
import type { SpanStats } from '../traces/span-stats.ts';
import { CallGraph } from './call-graph.ts';
import { namedFiles } from './changed-files.ts';
import { comparisonsOf } from './comparisons.ts';
import { askedWrong, logViews } from './from-logs.ts';
import { metricViews } from './from-metrics.ts';
import { traceViews } from './from-traces.ts';
import { joined, type Views } from './join.ts';
import { SIGNAL_POLICY, type SignalPolicy } from './policy.ts';
import { sharedCallees } from './shared-callee.ts';
import { toCallees } from './said-by-callee.ts';
import { silences } from './silence.ts';
import { parted, weighSurroundings } from './surroundings.ts';
import { untoldCallees, withoutUntold } from './untold.ts';

export function signalSuspects(evidence: Evidence, traces: SpanStats, policy: SignalPolicy = SIGNAL_POLICY): Suspect[] {
  const graph = new CallGraph(evidence.topology, [...traces.calls.values()]);
  const metrics = new Map(metricViews(evidence, graph, policy).map((v) => [v.entity, v]));
  const untold = untoldCallees(evidence.topology, traces);
  const untoldOf = (entity: string): string[] => untold.get(entity) ?? [];
  const known = new Set([
    ...evidence.topology.nodes.map((n) => n.id),
    ...evidence.series.map((s) => s.entity),
    ...traces.entities.keys(),
    ...evidence.logs.lines.keys(),
    ...evidence.resources.filter((r) => /^(service|deployment|statefulset)s?$/i.test(r.kind)).map((r) => r.entity),
  ]);
  const told = traceViews(traces, untoldOf, askedWrong(evidence.logs, [...known]));
  const spans = new Map(told.map((v) => [v.entity, withoutUntold(v, untoldOf(v.entity), metrics.get(v.entity))]));
  const logs = toCallees(new Map(logViews(evidence.logs, [...known], addressesOf(evidence)).map((v) => [v.entity, v])), metrics, graph);
  const silent = silences(evidence);
  const shared = sharedCallees(metrics, graph);
  const callsShared = new Set([...shared.values()].flatMap((c) => c.callers));
  const compared = comparisonsOf(evidence.comparisons);
  const named = namedFiles(evidence.changes, evidence.logs);
  const entities = new Set([
    ...metrics.keys(),
    ...spans.keys(),
    ...logs.keys(),
    ...evidence.changes.map((c) => c.entity),
    ...compared.keys(),
    ...silent.keys(),
    ...shared.keys(),
  ]);
  const below = evidence.symptom.entity === null ? null : graph.below(evidence.symptom.entity);
  const onsets = [...metrics.values()].flatMap((v) => (v.onset === null || v.abnormal < 0.3 ? [] : [v.onset])).toSorted((a, b) => a - b);
  const onset = onsets[0] ?? evidence.frame.window?.[0] ?? evidence.symptom.at;
  const suspects = [...entities].flatMap((entity) => {
    const view: Views = {
      metric: metrics.get(entity),
      trace: spans.get(entity),
      log: logs.get(entity),
      changes: evidence.changes.filter((c) => c.entity === entity),
      compared: compared.get(entity),
      below: Math.max(0, ...graph.callees(entity).map((callee) => metrics.get(callee)?.abnormal ?? 0)),
      named: named.filter((n) => n.entity === entity),
      traced: {
        // What is measured of a call at its caller is as late where the caller's own network is.
        slow: Math.max(0, ...[...graph.callees(entity), ...graph.callers(entity)].map((other) => spans.get(other)?.slow ?? 0)),
        errors: Math.max(0, ...graph.callees(entity).map((callee) => spans.get(callee)?.errors ?? 0)),
        elsewhere: told.reduce((sum, v) => sum + (v.entity === entity ? 0 : v.slow), 0),
      },
      isReached: below === null || graph.isEmpty || below.size <= 1 || below.has(entity),
      silent: silent.get(entity),
      silentBelow: graph.callees(entity).find((callee) => silent.has(callee)),
      sharedBy: shared.get(entity)?.says,
      callsShared: callsShared.has(entity),
    };
    const suspect = joined(entity, view, evidence, onset ?? null, policy);
    if (suspect === null) return [];
    const steps = below?.get(entity);
    if (below !== null && !graph.isEmpty && below.size > 1) {
      if (steps === undefined) {
        suspect.points -= policy.unreached;
        suspect.against.push({ evidence: 'topology.json', says: `No call leads from ${evidence.symptom.entity ?? ''} to it.` });
      } else if (steps === 0 && !((view.compared?.points ?? 0) > 0)) {
        suspect.points -= policy.noticedHere;
        suspect.against.push({ evidence: 'incident.json', says: 'It is where the incident was noticed: what it calls is asked first.' });
      }
    }
    weighSurroundings(entity, suspect, compared, graph);
    return [suspect];
  });
  return parted(suspects, compared, graph, (entity) => ({
    abnormal: Math.max(
      metrics.get(entity)?.isNew === true ? (metrics.get(entity)?.abnormal ?? 0) : 0,
      spans.get(entity)?.errors ?? 0,
      spans.get(entity)?.slow ?? 0,
    ),
    echo: logs.get(entity)?.echo ?? 0,
  }));
}

/** Clients log the address of a service that they cannot reach, seldom its name. */
const addressesOf = (evidence: Evidence): Map<string, string> =>
  new Map(
    evidence.resources.flatMap((r) => {
      const ip = word(r, 'spec', 'clusterIP') || word(r, 'spec', 'spec', 'clusterIP');
      return /^\d+(\.\d+){3}$/.test(ip) ? [[ip, r.entity] as const] : [];
    }),
  );
