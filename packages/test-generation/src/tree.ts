// Syntax trees of tree-sitter: walked, printed without comments, freed. Pure but for loading the grammar.
import { treeSitter } from '@awo/code-graph/tree-sitter';
import type { Node } from 'web-tree-sitter';

export type { Node };
const MAX_CHARACTERS = 1_000_000;

/** Gives the roots to `read`, null for a source with mistakes, and frees the trees. */
export async function withTrees<T>(language: 'python' | 'go', sources: readonly string[], read: (roots: (Node | null)[]) => T): Promise<T> {
  const parser = await treeSitter(language);
  const trees = sources.map((source) => (source.length > MAX_CHARACTERS || nestsTooDeep(source) ? null : parser.parse(source)));
  try {
    return read(trees.map((tree) => (!tree || tree.rootNode.hasError ? null : tree.rootNode)));
  } finally {
    for (const tree of trees) tree?.delete();
  }
}

/** A tree is printed by recursion: deeper nesting than any person writes would end it. */
function nestsTooDeep(source: string): boolean {
  let depth = 0;
  for (const char of source) {
    if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
    if (depth > 300) return true;
  }
  return false;
}

export const children = (node: Node | null): Node[] => (node ? node.namedChildren.filter((one): one is Node => one !== null && one.type !== 'comment') : []);
export const childAt = (node: Node | null, field: string): Node | null => node?.childForFieldName(field) ?? null;

export function* walkTree(root: Node): Generator<Node> {
  const open: Node[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    yield node;
    for (const child of node.namedChildren.toReversed()) if (child) open.push(child);
  }
}

/** Equal for two that differ in comments and format only; the bounds of blocks are kept where indentation is meaning. */
export function printTree(root: Node): string {
  const parts: string[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'comment') return;
    if (node.type === 'block') parts.push('{');
    if (node.childCount === 0 || node.type.includes('string')) parts.push(node.text.trim());
    else for (const child of node.children) if (child && !isDocstring(child)) visit(child);
    if (node.type === 'block') parts.push('}');
  };
  visit(root);
  return parts.filter((part) => part !== '').join(' ');
}

const isDocstring = (node: Node): boolean =>
  node.type === 'expression_statement' &&
  node.namedChildCount === 1 &&
  node.namedChild(0)?.type === 'string' &&
  node.parent?.type === 'block' &&
  node.parent.namedChild(0)?.id === node.id;

export function identifiersInTree(root: Node): Set<string> {
  const found = new Set<string>();
  for (const node of walkTree(root)) if (/^(identifier|type_identifier|field_identifier)$/.test(node.type)) found.add(node.text);
  return found;
}
