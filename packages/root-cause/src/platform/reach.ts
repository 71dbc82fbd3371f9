// How far an object of the platform is from where the incident was noticed: by ownership, selection, reference and calls. Pure.
import type { Topology } from '@awo/contracts';
import { referredBy, referringTo } from './references-of.ts';
import { callsByEnvironment, servicesNamed } from './rules/environment.ts';
import { items, list, text, word, words } from './dig.ts';
import type { Resource } from './resource.ts';
import { belongs, matches, mountsClaim, sameSpace, selects, type Workload, type World } from './world.ts';

const singular = (kind: string): string => kind.replace(/chaoss$/i, 'chaos');
const bareName = (entity: string): string => entity.split(/[/:]/).findLast((part) => part !== '') ?? entity;

/** A name that stands in several namespaces, as in a copy for tests, means the one where most is. */
function inOneSpace(world: World, named: Resource[]): Resource[] {
  const spaces = [...new Set(named.map((r) => r.namespace).filter((space) => space !== ''))];
  if (spaces.length < 2) return named;
  const size = (space: string): number => world.all.filter((r) => r.namespace === space).length;
  const [most] = spaces.toSorted((a, b) => size(b) - size(a));
  return named.filter((r) => r.namespace === most || r.namespace === '');
}

/** Objects that an entity's name stands for: the row itself, what carries its name, or what made it. */
export function namedBy(world: World, entity: string): Resource[] {
  const exact = world.all.filter((r) => r.entity === entity);
  if (exact.length > 0) return inOneSpace(world, exact);
  const name = bareName(entity).toLowerCase();
  const same = world.all.filter((r) => r.name === name);
  if (same.length > 0) return inOneSpace(world, same);
  // "cart.shop.svc.cluster.local" and "shop.cart" name a service; a pod that is gone names what made it.
  const parts = name.split('.');
  const dotted =
    parts.length < 2 ? [] : world.all.filter((r) => (r.name === parts[0] || r.name === parts[1]) && (r.namespace === '' || parts.includes(r.namespace)));
  return dotted.length > 0 ? dotted : world.workloads.map((w) => w.resource).filter((r) => belongs(name, r.name));
}

/** Who calls whom, by topology and by the addresses in the environment. */
export function callsOf(world: World, topology: Topology, seen: readonly { from: string; to: string }[]): [Workload, Workload][] {
  const at = (entity: string): Workload[] => {
    const named = namedBy(world, entity);
    const behind = named.filter((r) => r.kind === 'Service').flatMap((s) => world.selected(words(s.spec, 'selector'), s.namespace));
    return [...new Set([...named.flatMap((r) => world.workloadOf(r) ?? []), ...behind])];
  };
  const declared = [...topology.edges.filter((e) => e.kind === 'calls'), ...seen].flatMap((e) =>
    at(e.from).flatMap((from) => at(e.to).map((to): [Workload, Workload] => [from, to])),
  );
  // Whom it says that it could not reach, it calls.
  const heard = world.heard.flatMap((h) => h.about.flatMap((s) => world.selected(s.selector, s.namespace).map((to): [Workload, Workload] => [h.by, to])));
  return [...declared, ...callsByEnvironment(world), ...heard].filter(([a, b]) => a !== b);
}

/** Steps from the symptom's entity to each object that it depends on; what is not in it is not known to matter. */
export function distances(
  world: World,
  start: readonly Resource[],
  calls: readonly (readonly [Workload, Workload])[],
  most = Number.POSITIVE_INFINITY,
): Map<Resource, number> {
  const found = new Map<Resource, number>(start.map((r) => [r, 0]));
  const queue = [...start];
  for (let r = queue.shift(); r !== undefined; r = queue.shift()) {
    const steps = (found.get(r) ?? 0) + 1;
    if (steps > most) continue;
    for (const next of ledTo(world, r, calls)) {
      if (found.has(next)) continue;
      found.set(next, steps);
      queue.push(next);
    }
  }
  return found;
}

/** What an object's own references lead to. */
export const ledTo = (world: World, r: Resource, calls: readonly (readonly [Workload, Workload])[]): Resource[] =>
  world.near(r, () => neighbours(world, r, calls));

function neighbours(world: World, r: Resource, calls: readonly (readonly [Workload, Workload])[]): Resource[] {
  const space = (kind: string): Resource[] => world.of(kind).filter((o) => sameSpace(o.namespace, r.namespace));
  if (r.kind === 'Namespace') return world.all.filter((o) => o.namespace === r.name);
  if (r.kind === 'Service')
    return [
      ...world.selected(words(r.spec, 'selector'), r.namespace).map((w) => w.resource),
      ...world.workloads.filter((w) => w.resource.name === r.name && sameSpace(w.resource.namespace, r.namespace)).map((w) => w.resource),
      ...space('VirtualService').filter((v) => items(v.spec['hosts']).some((h) => text(h).split('.')[0] === r.name)),
      ...space('DestinationRule').filter((d) => word(d.spec, 'host').split('.')[0] === r.name),
    ];
  if (r.kind === 'Ingress' || r.kind.endsWith('Route') || r.kind === 'VirtualService') {
    const said = JSON.stringify(r.spec);
    return space('Service').filter((s) => said.includes(`"${s.name}"`) || said.includes(`"${s.name}.`));
  }
  if (r.kind === 'HorizontalPodAutoscaler')
    return world.workloads.filter((w) => w.resource.name === word(r.spec, 'scaleTargetRef', 'name')).map((w) => w.resource);
  const w = world.workloadOf(r);
  if (w === undefined) return [...referredBy(world, r), ...referringTo(world, r)];
  const said = JSON.stringify(w.template);
  const named = ['ConfigMap', 'Secret', 'PersistentVolumeClaim', 'ServiceAccount']
    .flatMap(space)
    .filter((o) => (o.kind === 'PersistentVolumeClaim' ? mountsClaim(w, o.name) : said.includes(`"${o.name}"`)));
  const claims = named
    .filter((o) => o.kind === 'PersistentVolumeClaim')
    .flatMap((c) => world.of('PersistentVolume').filter((v) => v.name === word(c.spec, 'volumeName')));
  const nodes = w.pods.flatMap((p) => world.of('Node').filter((n) => n.name === word(p.spec, 'nodeName')));
  return [
    w.resource,
    ...w.pods,
    ...space('Service').filter((s) => matches(words(s.spec, 'selector'), w.labels) || s.name === w.resource.name),
    ...calls.filter(([from]) => from === w).map(([, to]) => to.resource),
    ...servicesNamed(world, w),
    ...world.heard.filter((h) => h.by === w).flatMap((h) => h.about),
    ...referringTo(world, w.resource),
    ...w.resource.owners.flatMap((o) => world.find(o.kind, o.name, r.namespace) ?? []),
    ...named,
    ...claims,
    ...nodes,
    ...space('NetworkPolicy').filter((p) => selects(p.spec['podSelector'], w.labels)),
    ...space('AuthorizationPolicy').filter((p) => selects(p.spec['selector'], w.labels)),
    ...space('PeerAuthentication').filter((p) => selects(p.spec['selector'], w.labels)),
    ...world.all.filter((o) => /chaos$/i.test(singular(o.kind)) && matches(words(o.spec, 'selector', 'labelSelectors'), w.labels)),
    ...space('HorizontalPodAutoscaler').filter((h) => word(h.spec, 'scaleTargetRef', 'name') === w.resource.name),
    ...space('ResourceQuota'),
    ...space('LimitRange'),
    ...(list(w.template, 'containers').length > 0 && w.pods.some((p) => word(p.spec, 'nodeName') === '') ? world.of('Node') : []),
  ];
}
