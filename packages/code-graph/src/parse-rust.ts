// Rust: modules, use declarations and paths, by tree-sitter.
import { type ImportRef, lineCounter, mentions, type Parsed } from './parsed.ts';
import { maskSource } from './source-mask.ts';

/** Specs: `mod x` for a module of its own file, `./x.rs` for one with a path attribute, else a path such as `crate::a::b` or `other_crate::c`. */
export async function parseRust(source: string): Promise<Parsed> {
  const { text, ok } = await maskSource(source, 'rust');
  const line = lineCounter(text);
  const found = new Map<string, ImportRef>();
  const add = (spec: string, at: number, how: ImportRef['how'] = 'import'): void => {
    if (!found.has(spec)) found.set(spec, { how, spec, line: line(at) });
  };
  for (const match of text.matchAll(/\bmod\s+(\w+)\s*;/g)) {
    // The attribute's text is blanked in the mask.
    const path = /#\[\s*path\s*=\s*"([^"]+)"\s*\]\s*(?:pub(?:\([^)]*\))?\s+)?$/.exec(source.slice(Math.max(0, match.index - 200), match.index))?.[1];
    add(path === undefined ? `mod ${match[1] ?? ''}` : `./${path}`, match.index, path === undefined ? 'import' : 'folder');
  }
  for (const match of text.matchAll(/\b(?:use|extern\s+crate)\s+([^;]+);/g)) for (const path of useTree(match[1] ?? '')) add(path, match.index);
  for (const match of text.matchAll(/(?<![\w:])(?:[A-Za-z_]\w*)(?:::(?:[A-Za-z_]\w*))+/g)) add(match[0], match.index);
  for (const match of source.matchAll(/\binclude(?:_str|_bytes)?!\s*\(\s*"([^"]+)"\s*\)/g)) add(`./${match[1] ?? ''}`, match.index, 'folder');
  return { ok, imports: [...found.values(), ...mentions(source)] };
}

/** `a::{b, c::{d, e}}` gives `a::b`, `a::c::d`, `a::c::e`. */
function useTree(tree: string): string[] {
  const text = tree.replaceAll(/\s+as\s+\w+|\s/g, '');
  const brace = text.indexOf('{');
  if (brace < 0)
    return text
      .split(',')
      .filter((part) => part !== '')
      .map((part) => part.replace(/^::/, ''));
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  const parts: string[] = [];
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}') depth--;
    else if (depth === 0 && (text[i] === ',' || i === text.length)) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  for (const part of parts) {
    const open = part.indexOf('{');
    if (open < 0) found.push(part);
    else for (const inner of useTree(part.slice(open + 1, part.lastIndexOf('}')))) found.push(`${part.slice(0, open)}${inner}`);
  }
  return found.filter((path) => path !== '').map((path) => path.replace(/^::/, ''));
}
