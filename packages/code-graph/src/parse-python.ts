// Imports of Python source, by tree-sitter. Pure but for loading the grammar.
import type { Node } from 'web-tree-sitter';
import { type ImportRef, lineCounter, mentions, type Parsed } from './parsed.ts';
import { treeSitter } from './tree-sitter.ts';

/** `spec` is the module with its leading dots; `names` what is taken from it, each perhaps a module. */
export async function parsePython(source: string): Promise<Parsed> {
  if (!/import/.test(source)) return { ok: true, imports: mentions(source) };
  const parser = await treeSitter('python');
  const tree = parser.parse(source);
  if (!tree) return { ok: false, imports: guesses(source) };
  try {
    const ok = !tree.rootNode.hasError;
    const imports = ok ? statements(source, tree.rootNode) : guesses(source);
    const found = [...imports, ...byName(source)];
    return { ok, imports: [...(MOVES_PATH.test(source) ? found.map((one) => ({ ...one, wide: true as const })) : found), ...mentions(source)] };
  } finally {
    tree.delete();
  }
}

/** Where modules are looked for is changed by the file itself. */
const MOVES_PATH = /\bsys\.path\.(?:append|insert|extend)\b|\bsys\.path\s*(?:\+=|=|\[)|\baddsitedir\b/;

/** Asks the tree only where the word stands: walking it whole costs more than parsing. */
function statements(source: string, root: Node): ImportRef[] {
  const found: ImportRef[] = [];
  for (const match of source.matchAll(/\b(?:import|from)\b/g)) {
    const statement = root.descendantForIndex(match.index, match.index + 1)?.parent;
    if (!statement || statement.startIndex !== match.index) continue;
    const line = statement.startPosition.row + 1;
    if (statement.type === 'import_statement') {
      for (const name of names(statement)) found.push({ how: 'import', spec: name, line });
    } else if (statement.type === 'import_from_statement') {
      const module = statement.childForFieldName('module_name')?.text.replaceAll(/[\s\\]/g, '') ?? '';
      if (module) found.push({ how: 'import', spec: module, line, names: names(statement) });
    }
  }
  return found;
}

const names = (statement: Node): string[] =>
  statement
    .childrenForFieldName('name')
    .map((child) => (child.type === 'aliased_import' ? (child.childForFieldName('name')?.text ?? '') : child.text).replaceAll(/[\s\\]/g, ''));

/** `importlib.import_module('a.b')`, `__import__('a.b')`, and the same with a computed name. */
function byName(source: string): ImportRef[] {
  const line = lineCounter(source);
  return [...source.matchAll(/\b(?:import_module|__import__)\s*\(\s*(?:(["'])([\w.]+)\1\s*[,)]|([^\s)]))/g)].map((match) =>
    match[2] ? { how: 'import', spec: match[2], line: line(match.index) } : { how: 'computed', spec: 'import_module', line: line(match.index) },
  );
}

function guesses(source: string): ImportRef[] {
  const line = lineCounter(source);
  const found: ImportRef[] = [];
  for (const match of source.matchAll(/^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+\(?([^\n]*)|^[ \t]*import[ \t]+([^\n]+)/gm)) {
    const listed = (match[2] ?? match[3] ?? '').split(',').map(
      (part) =>
        part
          .trim()
          .split(/\s/)[0]
          ?.replaceAll(/[^\w.]/g, '') ?? '',
    );
    const words = listed.filter((word) => word !== '');
    if (match[1]) found.push({ how: 'import', spec: match[1], line: line(match.index), names: words });
    else for (const spec of words) found.push({ how: 'import', spec, line: line(match.index) });
  }
  return found;
}
