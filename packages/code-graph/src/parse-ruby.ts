// Ruby: what a file requires, declares and names, by tree-sitter.
import type { Node } from 'web-tree-sitter';
import { type ImportRef, lineCounter, mentions, type Parsed, type Space } from './parsed.ts';
import { maskSource } from './source-mask.ts';
import { nodesOf, treeSitter } from './tree-sitter.ts';

const REQUIRE =
  /\b(require_relative|require|load|autoload|require_dependency)\b[ \t(]*(?::\w+,[ \t]*)?(?:File\.(?:join|expand_path)\(?[ \t]*)?(["'])([^"'#\n]+)\2/g;
const CONSTANT = /(?<![\w:])(?:::)?[A-Z]\w*(?:::[A-Z]\w*)*/g;
/** `class_name: 'Cart::Line'`, `'Cart'.constantize`: constants by name. */
const QUOTED = /["']((?:[A-Z]\w*::)*[A-Z]\w*[a-z]\w*)["']/g;

/** Relative requires have the spec `./x`, others the name that is looked for on the load path. */
export async function parseRuby(source: string): Promise<Parsed> {
  const parser = await treeSitter('ruby');
  const tree = parser.parse(source);
  if (!tree) return { ok: false, imports: [...requires(source), ...mentions(source)] };
  try {
    const space: Space = { family: 'ruby', own: [], opens: [], shared: [], declares: [], aliases: [], uses: '' };
    for (const node of nodesOf(parser, tree.rootNode, ['class', 'module'])) {
      const name = fullName(node);
      if (name === '') continue;
      space.own.push(name);
      if (!isNamespace(node)) space.declares.push(name);
    }
    const constants = nodesOf(parser, tree.rootNode, ['assignment']).flatMap((node) => {
      const left = node.childForFieldName('left');
      return left?.type === 'constant' ? [`${prefixOf(node)}${left.text}`] : [];
    });
    space.declares = [...new Set([...space.declares, ...constants])];
    const { text } = await maskSource(source, 'ruby');
    const line = lineCounter(text);
    const uses = new Map<string, number>();
    for (const [words, pattern] of [
      [text, CONSTANT],
      [source, QUOTED],
    ] as const)
      for (const match of words.matchAll(pattern)) {
        const name = (match[1] ?? match[0]).replaceAll('::', '.').replace(/^\./, '');
        if (!uses.has(name) && name.length < 150) uses.set(name, line(match.index));
      }
    space.uses = [...uses].map(([name, at]) => `${name}:${at}`).join(' ');
    return { ok: !tree.rootNode.hasError, imports: [...requires(source), ...mentions(source)], space };
  } finally {
    tree.delete();
  }
}

function requires(source: string): ImportRef[] {
  const line = lineCounter(source);
  return [...source.matchAll(REQUIRE)].map((match) => {
    const spec = (match[3] ?? '').replace(/\.rb$/, '');
    return { how: 'import', spec: match[1] === 'require_relative' && !spec.startsWith('.') ? `./${spec}` : spec, line: line(match.index) };
  });
}

const nameOf = (node: Node): string => (node.childForFieldName('name')?.text ?? '').replaceAll('::', '.').replace(/^\./, '');

function prefixOf(node: Node): string {
  const names: string[] = [];
  for (let at = node.parent; at; at = at.parent) if (at.type === 'class' || at.type === 'module') names.unshift(nameOf(at));
  return names.length === 0 ? '' : `${names.join('.')}.`;
}

const fullName = (node: Node): string => (nameOf(node) === '' ? '' : `${prefixOf(node)}${nameOf(node)}`);

/** Holds other classes and modules and nothing else: opened by every file, it is declared by none. */
function isNamespace(node: Node): boolean {
  if (node.childForFieldName('superclass')) return false;
  const body = node.childForFieldName('body')?.namedChildren.filter((child) => child !== null && child.type !== 'comment') ?? [];
  return body.length > 0 && body.every((child) => child?.type === 'class' || child?.type === 'module');
}
