// The same state in the many forms that an export of it takes: names of entities, kinds, nesting, what is missing.
import type { Random } from '../random.ts';
import type { Cluster } from './cluster.ts';
import type { Truth } from './fault.ts';
import { get, listAt, text, type Obj } from './tree.ts';

export type Shape = {
  entity: 'kind/name' | 'ns/kind/name' | 'name' | 'Kind/name' | 'none';
  kinds: 'Kind' | 'kind' | 'kinds';
  whole: boolean;
  lists: boolean;
  asText: boolean;
  events: 'inside' | 'rows' | 'described' | 'none';
  without: 'nothing' | 'pods' | 'replica sets' | 'endpoints' | 'status of pods';
  topology: boolean;
  asked: 'entry' | 'victim' | 'nothing';
  logs: boolean;
  /** What is left of each object. */
  thin: Thin;
};
export type Thin = 'nothing' | 'no status' | 'no spec' | 'events only' | 'words';
const isThin = (name: string): name is Thin => ['nothing', 'no status', 'no spec', 'events only', 'words'].includes(name);
export const shapeOf = (r: Random, thin = 'nothing'): Shape => ({
  entity: r.pick(['kind/name', 'kind/name', 'ns/kind/name', 'name', 'Kind/name', 'none']),
  kinds: r.pick(['Kind', 'Kind', 'kind', 'kinds']),
  whole: r.chance(0.4),
  lists: r.chance(0.15),
  asText: r.chance(0.1),
  events: thin === 'events only' ? 'rows' : r.pick(['inside', 'inside', 'rows', 'described']),
  without: r.pick(['nothing', 'nothing', 'nothing', 'replica sets', 'endpoints']),
  topology: r.chance(0.5),
  asked: r.pick(['entry', 'entry', 'victim', 'nothing']),
  logs: r.chance(0.8),
  thin: isThin(thin) ? thin : 'nothing',
});

const NAMESPACED = (o: Obj): string => text(o, 'metadata.namespace');
export function entityOf(o: Obj, shape: Shape): string {
  const [kind, name] = [text(o, 'kind'), text(o, 'metadata.name')];
  switch (shape.entity) {
    case 'name':
      return name;
    case 'Kind/name':
      return `${kind}/${name}`;
    case 'ns/kind/name':
      return NAMESPACED(o) === '' ? `${kind.toLowerCase()}/${name}` : `${NAMESPACED(o)}/${kind.toLowerCase()}/${name}`;
    default:
      return `${kind.toLowerCase()}/${name}`;
  }
}

export type Folder = { incident: Obj | null; topology: Obj | null; resources: Obj[]; logs: Obj[] };
const AT = Date.parse('2026-06-01T08:10:00Z');
const iso = (ago: number): string => new Date(AT - ago * 1000).toISOString();

export function folderOf(c: Cluster, truth: Truth, shape: Shape, r: Random): Folder {
  const kindName = (kind: string): string => (shape.kinds === 'Kind' ? kind : shape.kinds === 'kind' ? kind.toLowerCase() : `${kind.toLowerCase()}s`);
  const kept = c.objects.filter(
    (o) => !(shape.without === 'replica sets' && o['kind'] === 'ReplicaSet') && !(shape.without === 'endpoints' && text(o, 'kind').startsWith('Endpoint')),
  );
  const eventsOf = (o: Obj): unknown[] =>
    c.happenings
      .filter((h) => h.about === o)
      .map((h) =>
        shape.events === 'described'
          ? `${h.type}  ${h.reason}  ${Math.round(h.ago / 60)}m (x${h.count} over ${Math.round(h.since / 60)}m)  kubelet  ${h.message}`
          : { type: h.type, reason: h.reason, message: h.message, count: h.count, lastTimestamp: iso(h.ago), firstTimestamp: iso(h.since) },
      );
  const inside = shape.events === 'inside' || shape.events === 'described';
  const rows: Obj[] = kept.map((o) => {
    const own = inside ? { events: eventsOf(o) } : {};
    const id = shape.entity === 'none' ? {} : { entity: entityOf(o, shape) };
    if (shape.whole || shape.entity === 'none') return { ...id, ...o, kind: shape.entity === 'none' ? o['kind'] : kindName(text(o, 'kind')), ...own };
    const { apiVersion: _, kind, metadata, ...rest } = o;
    const row: Obj = { ...id, kind: kindName(String(kind)), ...(NAMESPACED(o) === '' ? {} : { namespace: NAMESPACED(o) }), metadata, ...rest, ...own };
    if (shape.asText) for (const key of ['spec', 'status']) if (row[key] !== undefined) row[key] = JSON.stringify(row[key]);
    return row;
  });
  if (shape.events === 'rows')
    for (const [i, h] of c.happenings.entries())
      rows.push({
        ...(shape.entity === 'none' ? {} : { entity: `event/e${i}` }),
        kind: 'Event',
        namespace: c.ns,
        metadata: { name: `e${i}`, namespace: c.ns },
        type: h.type,
        reason: h.reason,
        message: h.message,
        count: h.count,
        lastTimestamp: iso(h.ago),
        firstTimestamp: iso(h.since),
        involvedObject: { kind: h.about['kind'], name: get(h.about, 'metadata.name'), namespace: get(h.about, 'metadata.namespace') },
      });
  const shuffled = r.shuffle(thinned(rows, shape.thin));
  const resources =
    shape.lists && shape.entity === 'none'
      ? [...Map.groupBy(shuffled, (row) => text(row, 'kind'))].map(([kind, items]): Obj => ({ apiVersion: 'v1', kind: `${kind}List`, items }))
      : shuffled;
  const front = c.app('frontend');
  const asked = shape.asked === 'victim' ? truth.on[0] : shape.asked === 'entry' ? front.service : undefined;
  const onNode = asked !== undefined && ['Node', 'Namespace', 'ResourceQuota'].includes(text(asked, 'kind'));
  return {
    incident:
      asked === undefined
        ? null
        : {
            at: iso(0),
            entity: onNode ? entityOf(front.service, shape) : entityOf(asked, shape),
            symptom: r.pick(['requests fail', 'it is unavailable', 'errors for customers', 'alert: service unhealthy']),
          },
    topology: shape.topology
      ? {
          nodes: c.apps.map((a) => ({ id: entityOf(a.object, shape), kind: 'service' })),
          edges: c.apps.flatMap((a) =>
            [...a.calls.map((n) => c.apps.find((x) => x.name === n)), ...(a.store === null ? [] : [c.app(a.store)])].flatMap((t) =>
              t === undefined ? [] : [{ from: entityOf(a.object, shape), to: entityOf(t.object, shape), kind: 'calls' }],
            ),
          ),
        }
      : null,
    resources,
    logs: shape.logs
      ? c.logs.flatMap((l) =>
          Array.from({ length: r.int(3, 12) }, (_, i) => ({ t: iso(10 + i * 7), entity: entityOf(l.entity, shape), level: l.level, message: l.message })),
        )
      : [],
  };
}

/** Exports that hold a part only, or the words of a table in place of the status of pods. */
function thinned(rows: readonly Obj[], thin: Thin): Obj[] {
  switch (thin) {
    case 'nothing':
      return [...rows];
    case 'events only':
      return rows.filter((row) => /^events?$/i.test(text(row, 'kind')));
    case 'words':
      return rows.map((row) => (/^pods?$/i.test(text(row, 'kind')) ? { ...row, status: wordOf(row) } : row));
    default:
      return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== (thin === 'no spec' ? 'spec' : 'status'))));
  }
}
function wordOf(pod: Obj): string {
  const states = [...listAt(pod, 'status.initContainerStatuses'), ...listAt(pod, 'status.containerStatuses')];
  const waiting = states.map((s) => text(s, 'state.waiting.reason') || text(s, 'state.terminated.reason')).find((reason) => reason !== '');
  return waiting ?? (text(pod, 'status.reason') || text(pod, 'status.phase'));
}
