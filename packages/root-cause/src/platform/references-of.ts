// What an object of any kind refers to by kind and name, whoever made the kind. Pure.
import { isFields, word } from './dig.ts';
import type { Resource } from './resource.ts';
import { isKnownKind, kindOf } from './resource.ts';
import { sameSpace, type World } from './world.ts';

const REFERENCE = /(Refs?|References?|[Tt]arget)$/;
const DEEP = 6;

/** "issuerRef: {kind, name}", "secretRef: {name}", "backendRefs: [...]": the objects that are there. */
export function referredBy(world: World, r: Resource): Resource[] {
  const found = new Set<Resource>();
  const look = (value: unknown, key: string, depth: number): void => {
    if (depth > DEEP || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.slice(0, 50).forEach((one) => look(one, key, depth + 1));
    if (!isFields(value)) return;
    const name = word(value, 'name');
    if (name !== '' && REFERENCE.test(key)) {
      const kind = kindOf(word(value, 'kind') || key.replace(REFERENCE, ''));
      const target =
        world.find(kind, name, word(value, 'namespace') || r.namespace) ??
        world.all.find((o) => o.kind.toLowerCase() === kind.toLowerCase() && o.name === name);
      if (target !== undefined && target !== r) found.add(target);
      else if (target === undefined && word(value, 'kind') === '')
        for (const w of world.workloads) if (w.resource.name === name && sameSpace(w.resource.namespace, r.namespace)) found.add(w.resource);
    }
    const secret = world.find('Secret', word(value, 'secretName'), r.namespace);
    if (secret !== undefined) found.add(secret);
    for (const [inner, part] of Object.entries(value)) look(part, inner, depth + 1);
  };
  look(r.spec, '', 0);
  for (const o of r.owners) {
    const owner = world.find(o.kind, o.name, r.namespace);
    if (owner !== undefined) found.add(owner);
  }
  return [...found];
}

const REFERRING = new WeakMap<World, Map<Resource, Resource[]>>();
/** Objects of kinds of others that name this one: what scales it, fills it or delivers it. */
export function referringTo(world: World, r: Resource): Resource[] {
  let known = REFERRING.get(world);
  if (known === undefined) {
    known = new Map();
    for (const one of world.all.filter((o) => !isKnownKind(o.kind) && world.workloadOf(o) === undefined))
      for (const target of referredBy(world, one)) known.set(target, [...(known.get(target) ?? []), one]);
    REFERRING.set(world, known);
  }
  return known.get(r) ?? [];
}
