// Objects of kinds that others brought, which name a service or another object that is not there. Pure.
import { isFields, word } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import { isKnownKind, kindOf, type Resource } from '../resource.ts';
import type { World } from '../world.ts';

const DEEP = 6;
type Named = { kind: string; name: string; namespace: string };

/** "services: [{name}]" of a way in, "to: {kind: Service, name}", "clientRef: {kind, name}". */
function namedBy(value: unknown, key: string, depth = 0): Named[] {
  if (depth > DEEP || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.slice(0, 50).flatMap((one) => namedBy(one, key, depth + 1));
  if (!isFields(value)) return [];
  const kind = word(value, 'kind') || (/^services?$|^backend(Ref)?s?$/.test(key) ? 'Service' : '');
  // A group of its own may hold a kind of the same name.
  const own =
    kind === '' || word(value, 'name') === '' || /\.serving\./.test(word(value, 'apiVersion'))
      ? []
      : [{ kind: kindOf(kind), name: word(value, 'name'), namespace: word(value, 'namespace') }];
  return [...own, ...Object.entries(value).flatMap(([inner, part]) => namedBy(part, inner, depth + 1))];
}
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'VirtualService', 'Ingress'];

export const danglingRules = (world: World): Finding[] =>
  world.all
    .filter((r) => !isKnownKind(r.kind) && !ROUTES.includes(r.kind) && world.workloadOf(r) === undefined)
    .flatMap((r) =>
      namedBy(r.spec, '')
        .flatMap((to) => missing(world, r, to))
        .slice(0, 2),
    );

function missing(world: World, r: Resource, to: Named): Finding[] {
  const space = to.namespace || r.namespace;
  const known = world.of(to.kind, space);
  if (known.length === 0 || to.name.includes('@') || known.some((one) => one.name === to.name)) return [];
  const near = nearestName(
    to.name,
    known.map((one) => one.name),
  );
  const slug = to.kind.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return [
    finding(
      r,
      to.kind === 'Service' ? 'missing-back-end' : `missing-${slug}`,
      near === undefined ? 'noted' : 'declared',
      `It names ${to.kind} ${to.name}, which is not there${near ? `; ${near} is` : ''}.`,
      near ? `Name ${near}.` : `Create ${to.kind} ${to.name}, or name one that exists.`,
    ),
  ];
}
