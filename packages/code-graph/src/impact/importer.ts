// Which names of an importer change when some names of what it imports do.
import type { Repository } from '@awo/repository';
import { boundedMap } from '../cache.ts';
import { basename, extension } from '../classify.ts';
import type { Edge } from '../graph.ts';
import { MAX_BYTES } from '../parse.ts';
import { dirname } from '../tree-index.ts';
import { shapeOf } from './file-change.ts';
import { type ChangedNames, type ModuleShape, taint } from './module-shape.ts';

const shapes = boundedMap<Promise<ModuleShape | null>>(5000);

/** Shapes are kept by blob for as long as the process lives. */
export function shapeAt(repository: Repository, path: string, blob: string): Promise<ModuleShape | null> {
  const ending = extension(path);
  const key = `${ending}:${blob}`;
  const known = shapes.get(key);
  if (known) return known;
  const made = repository.read(blob, MAX_BYTES).then((bytes) => (bytes === null ? null : shapeOf(bytes.toString('utf8').replace(/^\uFEFF/, ''), ending)));
  shapes.set(key, made);
  // A read that failed may succeed the next time.
  made.catch(() => shapes.delete(key));
  return made;
}

/** Null where the importer cannot see the change; an empty set where it sees it and gives nothing on. */
export function namesThrough(shape: ModuleShape | null, edges: readonly Edge[], target: string, names: ChangedNames): ChangedNames | null {
  if (names === 'all' || shape === null || shape.opaque) return 'all';
  const locals = new Set<string>();
  const exported = new Set<string>();
  let sees = false;
  for (const { how, text: spec } of edges) {
    if (how !== 'import') return 'all';
    const imports = shape.imports.filter((one) => one.spec === spec);
    const reexports = shape.reexports.filter((one) => one.spec === spec);
    // Imported inside a function, by require or by type: the names that are used do not show.
    if (imports.length === 0 && reexports.length === 0) return 'all';
    for (const one of imports) if (standsFor(one, target, names)) locals.add(one.local);
    for (const one of reexports) {
      if (one.exported === '*') for (const name of names) if (name !== 'default') exported.add(name);
      if (one.exported !== '*' && (one.imported === '*' || names.has(one.imported))) exported.add(one.exported);
    }
  }
  sees = locals.size > 0 || exported.size > 0;
  if (!sees) return null;
  const tainted = taint(shape, locals);
  if (tainted === 'all') return 'all';
  for (const [name, local] of shape.exports) if (tainted.has(local)) exported.add(name);
  return exported;
}

type Import = ModuleShape['imports'][number];

const standsFor = ({ spec, imported, members }: Import, target: string, names: ReadonlySet<string>): boolean =>
  imported !== null && (imported === '*' || names.has(imported) || (isModuleItself(target, imported) && takesOne(members, names)) || leadsOn(target, spec));

const takesOne = (members: ReadonlySet<string> | undefined, names: ReadonlySet<string>): boolean =>
  members === undefined || [...members].some((one) => names.has(one));

/** Names inside of the importer that stand for what changed; `all` where it is not told by names. */
export function localsFor(shape: ModuleShape | null, edges: readonly Edge[], target: string, names: ChangedNames): ReadonlySet<string> | 'all' {
  if (shape === null || shape.opaque || edges.some(({ how }) => how !== 'import')) return 'all';
  const specs = new Set(edges.map(({ text }) => text));
  const imports = shape.imports.filter(({ spec }) => specs.has(spec));
  if (imports.length === 0) return 'all';
  // Loaded for what it does: where that changed, nobody knows on what.
  if (names === 'all') return imports.some(({ imported }) => imported === null) ? 'all' : new Set(imports.map(({ local }) => local));
  return new Set(imports.filter((one) => standsFor(one, target, names)).map(({ local }) => local));
}

/** Go: a file of the same package sees every name without importing it. Null where it says none of them. */
export function namesBeside(shape: ModuleShape | null, names: ChangedNames): ChangedNames | null {
  if (names === 'all' || shape === null || shape.opaque) return 'all';
  const sees = shape.declarations.some(({ refs }) => [...refs].some((ref) => names.has(ref)));
  if (!sees) return null;
  const tainted = taint(shape, names);
  return tainted === 'all' ? 'all' : new Set([...shape.exports.keys()].filter((name) => tainted.has(name) && !names.has(name)));
}

/** Python: `from package import module` names the file, not something in it. */
const isModuleItself = (target: string, imported: string): boolean => /\.pyi?$/.test(target) && basename(target).replace(/\.pyi?$/, '') === imported;

/** Python: a package's `__init__` may hand on what its modules hold, under names that only it knows. */
const leadsOn = (target: string, spec: string): boolean =>
  target.endsWith('__init__.py') && basename(dirname(target)) !== (spec.split('.').at(-1) ?? '') && !spec.includes('.');
