// What a module declares, needs and gives away, at the level of names. Pure.

/** One top-level statement. `print` is equal for two statements that differ in comments, format or quotes only. `span`: its first and last character; none where it stands for others. */
export type Declaration = { names: string[]; print: string; refs: ReadonlySet<string>; effect: boolean; span?: readonly [start: number, end: number] };
/** `imported` is `*` for a namespace, null for an import without names. */
type ImportedName = {
  spec: string;
  imported: string | null;
  local: string;
  /** What is taken of it as of a module (`fmt.euros`); none where it is also used as a whole, or not at all. */
  members?: ReadonlySet<string>;
};

export type ModuleShape = {
  declarations: Declaration[];
  imports: ImportedName[];
  /** Exported name to local name. */
  exports: Map<string, string>;
  /** `export { a as b } from`; both `*` for `export * from`. */
  reexports: { spec: string; imported: string; exported: string }[];
  /** Exports are made at run time (CommonJS, eval): names say nothing. */
  opaque: boolean;
};

/** Which exported names changed; `all` where names do not tell. */
export type ChangedNames = ReadonlySet<string> | 'all';

export type SemanticChange = { kind: 'none' } | { kind: 'symbols'; names: ReadonlySet<string> } | { kind: 'file'; because: string };

/** Compares two versions of a module. */
export function compareShapes(before: ModuleShape, after: ModuleShape): SemanticChange {
  const then = statements(before);
  const now = statements(after);
  if (then.effects === now.effects && same(then.named, now.named))
    return sameExports(before, after) ? { kind: 'none' } : exportsChanged(before, after, new Set());
  if (before.opaque || after.opaque) return { kind: 'file', because: 'its exports are made at run time' };
  if (then.effects !== now.effects) return { kind: 'file', because: 'what it does when it is loaded changed' };
  const changed = new Set<string>();
  for (const name of new Set([...then.named.keys(), ...now.named.keys()])) if (then.named.get(name) !== now.named.get(name)) changed.add(name);
  return exportsChanged(before, after, changed);
}

function exportsChanged(before: ModuleShape, after: ModuleShape, changed: ReadonlySet<string>): SemanticChange {
  const names = new Set<string>();
  for (const shape of [before, after]) {
    const tainted = taint(shape, changed);
    if (tainted === 'all') return { kind: 'file', because: 'a statement that runs when it is loaded uses what changed' };
    for (const [exported, local] of shape.exports) if (tainted.has(local)) names.add(exported);
  }
  for (const [exported, local] of before.exports) if (after.exports.get(exported) !== local) names.add(exported);
  for (const exported of after.exports.keys()) if (!before.exports.has(exported)) names.add(exported);
  const list = (shape: ModuleShape) =>
    new Map(shape.reexports.map((one) => [`${one.exported}<${one.exported === '*' ? one.spec : ''}`, `${one.spec}#${one.imported}`]));
  const [then, now] = [list(before), list(after)];
  for (const key of new Set([...then.keys(), ...now.keys()])) {
    if (then.get(key) === now.get(key)) continue;
    if (key.startsWith('*')) return { kind: 'file', because: 'what it exports in whole changed' };
    names.add(key.split('<')[0] ?? '');
  }
  return { kind: 'symbols', names };
}

/** Local names that depend on `changed`; `all` where a statement that runs at load does. */
export function taint({ declarations }: ModuleShape, changed: ReadonlySet<string>): ReadonlySet<string> | 'all' {
  const tainted = new Set(changed);
  for (let grown = true; grown;) {
    grown = false;
    for (const { names, refs, effect } of declarations) {
      if (!effect && names.every((name) => tainted.has(name))) continue;
      if (![...refs].some((ref) => tainted.has(ref))) continue;
      if (effect) return 'all';
      for (const name of names) tainted.add(name);
      grown = true;
    }
  }
  return tainted;
}

function statements({ declarations, imports }: ModuleShape): { named: Map<string, string>; effects: string } {
  const named = new Map<string, string>();
  const effects: string[] = [];
  for (const { names, print, effect } of declarations) {
    if (effect) effects.push(print);
    // Overloads and repeated declarations of one name are one thing.
    for (const name of names) named.set(name, `${named.get(name) ?? ''}${print}`);
  }
  for (const { spec, imported, local } of imports) {
    if (imported === null) effects.push(`import ${spec}`);
    else named.set(local, `${spec}#${imported}`);
  }
  return { named, effects: effects.join('\n') };
}

const same = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);

function sameExports(before: ModuleShape, after: ModuleShape): boolean {
  const list = ({ reexports }: ModuleShape) =>
    reexports
      .map((one) => `${one.spec}#${one.imported}#${one.exported}`)
      .toSorted()
      .join();
  return same(before.exports, after.exports) && list(before) === list(after);
}
