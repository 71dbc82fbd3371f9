// The platform's objects and how they refer to each other: who owns, selects, mounts, calls whom. Pure.
import type { ResourceRow, Topology } from '@awo/contracts';
import { dig, fields, list, text, word, words, type Fields } from './dig.ts';
import type { Heard } from './heard.ts';
import { momentOf, newestIn, type Clock } from './standing.ts';
import { eventOf, kindOf, resourceOf, type PlatformEvent, type Resource } from './resource.ts';

const EVENTS_KEPT_MS = 3_600_000;
const TEMPLATED = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob'];

/** What runs containers: a workload, or a pod that none owns. `pods` are those that exist. */
export type Workload = {
  resource: Resource;
  template: Fields;
  labels: Record<string, string>;
  pods: Resource[];
  events: PlatformEvent[];
  /** Of the whole state. */ takenAt: number | null;
};

export class World {
  readonly all: Resource[];
  clock: Clock;
  readonly workloads: Workload[];
  readonly #byKey = new Map<string, Resource>();
  readonly #kinds = new Map<string, Resource[]>();
  readonly #near = new Map<Resource, Resource[]>();
  readonly #owners = new Map<Resource, Workload>();
  /** Known by events only: it tells what was said, and nothing of what there is. */
  readonly #unseen = new Set<Resource>();
  /** What logs say; empty where there are none. */
  heard: readonly Heard[] = [];

  constructor(rows: readonly ResourceRow[], topology: Topology, incidentAt: number | null = null) {
    const labels = new Map(topology.nodes.map((node) => [node.id, words(node, 'labels')]));
    const resources = rows.map((row) => resourceOf(row, labels.get(row.entity) ?? {}));
    this.all = resources.filter((r) => r.kind !== 'Event');
    for (const r of this.all) {
      this.#byKey.set(keyOf(r.kind, r.name, r.namespace), r);
      this.#kinds.set(plainKind(r.kind), [...(this.#kinds.get(plainKind(r.kind)) ?? []), r]);
    }
    for (const r of resources) if (r.kind === 'Event') this.#attach(r);
    this.clock = { takenAt: momentOf(newestIn(this.all), incidentAt), incidentAt };
    this.#forget();
    this.workloads = this.#workloads();
  }

  of(kind: string, namespace?: string): Resource[] {
    const found = this.#kinds.get(plainKind(kind)) ?? [];
    return namespace === undefined ? found : found.filter((r) => sameSpace(r.namespace, namespace));
  }

  find(kind: string, name: string, namespace: string): Resource | undefined {
    return this.#byKey.get(keyOf(kind, name, namespace)) ?? this.#byKey.get(keyOf(kind, name, '')) ?? this.of(kind, namespace).find((r) => r.name === name);
  }

  /** True where a missing one can be told from one that was not listed. */
  lists(kind: string, namespace?: string): boolean {
    return this.of(kind, namespace).length > 0;
  }

  workloadOf(resource: Resource): Workload | undefined {
    if (this.#owners.size === 0) for (const w of this.workloads) for (const r of [w.resource, ...w.pods]) this.#owners.set(r, w);
    return this.#owners.get(resource);
  }

  /** Neighbours are looked up once: walks begin at many places. */
  near(resource: Resource, look: () => Resource[]): Resource[] {
    const known = this.#near.get(resource) ?? look();
    this.#near.set(resource, known);
    return known;
  }

  selected(selector: Record<string, string>, namespace: string): Workload[] {
    return this.workloads.filter((w) => sameSpace(w.resource.namespace, namespace) && matches(selector, w.labels));
  }

  #attach(event: Resource): void {
    const about = fields(event.raw['involvedObject'] ?? event.raw['regarding'] ?? event.raw['object'] ?? event.spec['involvedObject']);
    // Where nothing is said of the object, the row carries its name.
    const [name = '', kind = ''] = (word(about, 'name') === '' ? event.entity : `${word(about, 'kind')}/${word(about, 'name')}`).split('/').toReversed();
    const known = kindOf(kind || word(about, 'kind'));
    const space = word(about, 'namespace') || event.namespace;
    const exact = word(about, 'name') === '' ? this.all.find((r) => r.entity === event.entity) : undefined;
    const target = exact ?? this.find(known, name, space) ?? (known === '' || known === 'Event' || name === '' ? undefined : this.unlisted(known, name, space));
    const source = event.raw['reason'] === undefined ? event.spec : event.raw;
    target?.events.push(eventOf(source));
  }

  /** An object that is known by what is said of it only. */
  unlisted(kind: string, name: string, namespace: string): Resource {
    const prefixed = namespace !== '' && this.all.some((r) => r.entity.startsWith(`${namespace}/`));
    const made = resourceOf({ entity: `${prefixed ? `${namespace}/` : ''}${kind.toLowerCase()}/${name}`, kind, namespace }, {});
    this.all.push(made);
    this.#unseen.add(made);
    this.#byKey.set(keyOf(kind, name, namespace), made);
    return made;
  }

  /** The API keeps events for an hour; an export that kept older ones tells of other days. */
  #forget(): void {
    const times = this.all.flatMap((r) => r.events.flatMap((e) => e.at ?? []));
    const newest = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    for (const r of this.all) r.events = r.events.filter((e) => (e.at === null ? (e.age ?? 0) : newest - e.at) <= EVENTS_KEPT_MS);
  }

  #workloads(): Workload[] {
    const found: Workload[] = [];
    const { takenAt } = this.clock;
    // Kinds of others that keep a template of pods, such as rollouts, run containers as well.
    const others = [...this.#kinds.values()].filter(
      (rows) => !TEMPLATED.includes(rows[0]?.kind ?? '') && rows.some((r) => list(r.spec, 'template', 'spec', 'containers').length > 0),
    );
    const templated = [...others.flatMap((rows) => rows[0]?.kind ?? []), ...TEMPLATED];
    for (const kind of templated) {
      for (const resource of this.of(kind)) {
        if (resource.owners.some((o) => templated.includes(o.kind) && this.find(o.kind, o.name, resource.namespace) !== undefined)) continue;
        if (kind === 'ReplicaSet' && found.some((w) => w.resource.namespace === resource.namespace && belongs(resource.name, w.resource.name))) continue;
        const template = fields(dig(resource.spec, 'template') ?? dig(resource.spec, 'jobTemplate', 'spec', 'template'));
        found.push({
          resource,
          template: fields(template['spec']),
          labels: words(template, 'metadata', 'labels'),
          pods: [],
          events: [...resource.events],
          takenAt,
        });
      }
    }
    const unseen = [...this.#unseen];
    for (const r of unseen.filter((one) => TEMPLATED.includes(one.kind) && one.kind !== 'ReplicaSet'))
      found.push({ resource: r, template: {}, labels: {}, pods: [], events: [...r.events], takenAt });
    for (const r of unseen.filter((one) => one.kind === 'Pod' || one.kind === 'ReplicaSet')) {
      const owner = this.#ownerOf(r, found) ?? this.#madeBy(r, found);
      if (owner.resource !== r) owner.events.push(...r.events);
    }
    for (const set of this.of('ReplicaSet')) {
      const owner = this.#ownerOf(set, found);
      if (owner !== undefined && owner.resource !== set) owner.events.push(...set.events);
    }
    for (const pod of this.of('Pod')) {
      const owner = this.#ownerOf(pod, found);
      if (owner === undefined) found.push({ resource: pod, template: pod.spec, labels: pod.labels, pods: [pod], events: [...pod.events], takenAt });
      else {
        owner.pods.push(pod);
        owner.events.push(...pod.events);
        // Where only pods are described in full, what they run is what was declared.
        if (list(owner.template, 'containers').length === 0) owner.template = pod.spec;
        if (Object.keys(owner.labels).length === 0) owner.labels = pod.labels;
      }
    }
    return found;
  }

  /** A pod or a set that nobody listed is of a deployment, where its name is one that deployments give. */
  #madeBy(child: Resource, found: Workload[]): Workload {
    const name = (child.kind === 'Pod' ? /^(.+)-[a-z0-9]{6,10}-[a-z0-9]{5}$/ : /^(.+)-[a-z0-9]{6,10}$/).exec(child.name)?.[1];
    const resource = name === undefined ? child : this.unlisted('Deployment', name, child.namespace);
    const made = { resource, template: {}, labels: {}, pods: [], events: [...resource.events], takenAt: this.clock.takenAt };
    found.push(made);
    return made;
  }

  #ownerOf(child: Resource, known: readonly Workload[]): Workload | undefined {
    const near = known.filter((w) => sameSpace(w.resource.namespace, child.namespace) && w.resource !== child);
    for (const owner of child.owners) {
      const direct = near.find((w) => w.resource.kind === owner.kind && w.resource.name === owner.name);
      if (direct !== undefined) return direct;
      const between = this.find(owner.kind, owner.name, child.namespace);
      const above = between === undefined || between === child ? undefined : this.#ownerOf(between, known);
      if (above !== undefined) return above;
    }
    // By the name that the platform gives to what it makes: owner, then random parts.
    return near.filter((w) => belongs(child.name, w.resource.name)).toSorted((a, b) => b.resource.name.length - a.resource.name.length)[0];
  }
}

/** "widgets", "Widget" and "widget" are one kind, whoever made it. */
const plainKind = (kind: string): string => kind.toLowerCase().replace(/ies$/, 'y').replace(/s$/, '');
const keyOf = (kind: string, name: string, namespace: string): string => `${plainKind(kind)} ${namespace} ${name}`;
/** Whether its template, a copy of it, or what it makes for each copy mounts this claim. */
export const mountsClaim = (w: Workload, claim: string): boolean =>
  [w.template, ...w.pods.map((pod) => pod.spec)].some((spec) => list(spec, 'volumes').some((v) => word(v, 'persistentVolumeClaim', 'claimName') === claim)) ||
  // A volume of the pod alone has a claim of the pod's name and its own.
  w.pods.some((pod) => list(pod.spec, 'volumes').some((v) => v['ephemeral'] !== undefined && claim === `${pod.name}-${word(v, 'name')}`)) ||
  list(w.resource.spec, 'volumeClaimTemplates').some((made) => claim.startsWith(`${word(made, 'metadata', 'name')}-${w.resource.name}-`));

export const sameSpace = (a: string, b: string): boolean => a === b || a === '' || b === '';
export const belongs = (child: string, owner: string): boolean =>
  child.startsWith(`${owner}-`) && /^(-\d+|-[a-z0-9]{4,10}(-[a-z0-9]{5})?|-[a-z0-9]{5})$/.test(child.slice(owner.length));

export const matches = (selector: Record<string, string>, labels: Record<string, string>): boolean => {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
};

/** matchLabels and matchExpressions of the API; an empty one matches all. */
export function selects(selector: unknown, labels: Record<string, string>): boolean {
  const exact = Object.entries(words(selector, 'matchLabels')).every(([key, value]) => labels[key] === value);
  return exact && list(selector, 'matchExpressions').every((rule) => fulfils(rule, labels));
}

/** One rule of a label selector or of a node selector. */
export function fulfils(rule: Fields, labels: Record<string, string>): boolean {
  const own = labels[word(rule, 'key')];
  const values = Array.isArray(rule['values']) ? rule['values'].map(text) : [];
  switch (word(rule, 'operator')) {
    case 'In':
      return own !== undefined && values.includes(own);
    case 'NotIn':
      return own === undefined || !values.includes(own);
    case 'Exists':
      return own !== undefined;
    case 'DoesNotExist':
      return own === undefined;
    case 'Gt':
      return Number(own) > Number(values[0]);
    case 'Lt':
      return Number(own) < Number(values[0]);
    default:
      return true;
  }
}
