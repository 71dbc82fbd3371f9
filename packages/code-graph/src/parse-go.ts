// Imports and embedded files of Go source, by tree-sitter. Pure but for loading the grammar.
import { lineCounter, type ImportRef, mentions, type Parsed } from './parsed.ts';
import { treeSitter } from './tree-sitter.ts';

/**
 * Go allows imports before any other declaration only, so the head of the file is all that is parsed.
 * A mistake further down does not hide an import.
 */
export async function parseGo(source: string): Promise<Parsed> {
  const parser = await treeSitter('go');
  const end = /^(func|type|var|const)\b/m.exec(source)?.index ?? source.length;
  const tree = parser.parse(source.slice(0, end));
  if (!tree) return { ok: false, imports: guesses(source) };
  try {
    const imports: ImportRef[] = [];
    for (const spec of tree.rootNode.descendantsOfType('import_spec')) {
      const path = spec.childForFieldName('path')?.text.slice(1, -1);
      if (path) imports.push({ how: 'import', spec: path, line: spec.startPosition.row + 1 });
    }
    const ok = !tree.rootNode.hasError && /^\s*package\s/m.test(source);
    return { ok, imports: [...imports, ...(ok ? [] : guesses(source)), ...embeds(source), ...mentions(source)] };
  } finally {
    tree.delete();
  }
}

/** `//go:embed a.html static/*`: patterns relative to the file. */
function embeds(source: string): ImportRef[] {
  const line = lineCounter(source);
  const found: ImportRef[] = [];
  for (const match of source.matchAll(/^\/\/go:embed\s+(.+)$/gm))
    for (const quoted of (match[1] ?? '').match(/"[^"]*"|`[^`]*`|\S+/g) ?? []) {
      const pattern = quoted.replaceAll(/^["`]|["`]$/g, '').replace(/^all:/, '');
      found.push({ how: 'folder', spec: `./${pattern.replace(/[^/]*[*?[].*$/, '')}`, line: line(match.index) });
    }
  return found;
}

function guesses(source: string): ImportRef[] {
  const line = lineCounter(source);
  return [...source.matchAll(/^\s*(?:import\s+)?(?:[\w.]+\s+)?["`]([\w.@~-]+(?:\/[\w.@~-]+)+)["`]/gm)].map((match) => ({
    how: 'import',
    spec: match[1] ?? '',
    line: line(match.index),
  }));
}
