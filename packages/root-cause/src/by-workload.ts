// Instances of a workload under the name of their workload: monitoring names pods, traces and addresses name services. Pure.
import type { Evidence } from './evidence.ts';

/** A pod of a deployment as the platform names it: hash of the template and of itself, without vowels. */
const POD = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
/** One of a set that counts its members; a name like any other, unless something else is called what is left of it. */
const MEMBER = /^(.+)-\d{1,3}$/;

/** With the platform's state at hand its rules tell owners better than names do, and need the pods: nothing is renamed then. */
export function byWorkload(evidence: Evidence): Evidence {
  if (evidence.resources.length > 0) return evidence;
  const { topology, series, spans, logs, changes, symptom } = evidence;
  const names = new Set([
    ...topology.nodes.map((n) => n.id),
    ...topology.edges.flatMap((e) => [e.from, e.to]),
    ...series.map((s) => s.entity),
    ...spans.map((s) => s.entity),
    // Stores are known by those who call them.
    ...new Set(spans.map((s) => s.name)).values().flatMap((name) => name.split(' ')),
    ...logs.lines.keys(),
    ...(symptom.entity === null ? [] : [symptom.entity]),
  ]);
  const isPod = new Set(topology.nodes.filter((n) => /^pod$/i.test(n.kind ?? '')).map((n) => n.id));
  const owners = new Map(topology.edges.filter((e) => e.kind === 'owns' && isPod.has(e.to)).map((e) => [e.to, e.from]));
  for (const name of names) {
    const member = MEMBER.exec(name)?.[1];
    const owner = POD.exec(name)?.[1] ?? (member !== undefined && names.has(member) ? member : undefined);
    if (owner !== undefined && !owners.has(name)) owners.set(name, owner);
  }
  if (owners.size === 0) return evidence;
  const of = (name: string): string => owners.get(name) ?? name;
  return {
    ...evidence,
    symptom: { ...symptom, entity: symptom.entity === null ? null : of(symptom.entity) },
    topology: {
      ...topology,
      nodes: topology.nodes.filter((n) => !owners.has(n.id)),
      edges: topology.edges.map((e) => ({ ...e, from: of(e.from), to: of(e.to) })).filter((e) => e.from !== e.to),
    },
    series: series.map((s) => ({ ...s, entity: of(s.entity) })),
    spans: spans.map((s) => ({ ...s, entity: of(s.entity) })),
    logs: logs.renamed(of),
    changes: changes.map((c) => ({ ...c, entity: of(c.entity) })),
  };
}
