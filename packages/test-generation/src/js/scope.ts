// The names of a module: what it declares, and what it takes or passes on from others. Pure but for reading those.
import type { Type } from '../type.ts';
import { nodeAt, nodesAt, parseJs, textAt } from './syntax.ts';
import type { Node } from './syntax.ts';

/** A module's names, and how another module is found. `schema` knows names of JSON Schemas and OpenAPI. */
export type Scope = {
  declared(name: string): Node | null;
  /** Also what it passes on from another. */
  imported(name: string, asked?: Set<string>): { scope: Scope; name: string } | null;
  schema(name: string): Type | null;
  path: string;
};
export type Files = { read(from: string, spec: string): { path: string; source: string } | null };

export function scopeOf(program: Node, path: string, files: Files, schema: Scope['schema'], opened = new Map<string, Scope>()): Scope {
  const declared = new Map<string, Node>();
  const imported = new Map<string, { spec: string; name: string }>();
  const everythingOf: string[] = [];
  for (const statement of nodesAt(program, 'body')) {
    const spec = String(nodeAt(statement, 'source')?.['value'] ?? '');
    if (statement.type === 'ExportAllDeclaration') everythingOf.push(spec);
    for (const one of spec === '' ? [] : nodesAt(statement, 'specifiers'))
      if (one.type === 'ExportSpecifier') imported.set(textAt(nodeAt(one, 'exported'), 'name'), { spec, name: textAt(nodeAt(one, 'local'), 'name') });
      else
        imported.set(textAt(nodeAt(one, 'local'), 'name'), {
          spec,
          name: one.type === 'ImportSpecifier' ? textAt(nodeAt(one, 'imported'), 'name') : 'default',
        });
    const inner = statement.type.startsWith('Export') ? (nodeAt(statement, 'declaration') ?? statement) : statement;
    if (inner.type === 'VariableDeclaration') for (const one of nodesAt(inner, 'declarations')) declared.set(textAt(nodeAt(one, 'id'), 'name'), one);
    else if (nodeAt(inner, 'id')) declared.set(textAt(nodeAt(inner, 'id'), 'name'), inner);
  }
  const open = (spec: string): Scope | null => {
    const file = files.read(path, spec);
    if (!file) return null;
    const known = opened.get(file.path);
    if (known) return known;
    const parsed = parseJs(file.source, file.path);
    return parsed && scopeOf(parsed.program as unknown as Node, file.path, files, schema, opened);
  };
  const scope: Scope = {
    declared: (name) => declared.get(name) ?? null,
    imported(name, asked = new Set()) {
      const from = imported.get(name);
      const there = from && open(from.spec);
      if (there) return { scope: there, name: from.name };
      // Files that export all of each other are asked once.
      asked.add(path);
      for (const spec of everythingOf) {
        const other = open(spec);
        if (!other || asked.has(other.path)) continue;
        if (other.declared(name)) return { scope: other, name };
        const further = other.imported(name, asked);
        if (further) return further;
      }
      return null;
    },
    schema,
    path,
  };
  opened.set(path, scope);
  return scope;
}
