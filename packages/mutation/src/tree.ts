// Reads a text by a tree-sitter grammar for the mutators. Pure but for loading the grammar.
import { treeSitter } from '@awo/code-graph/tree-sitter';
import type { Node } from 'web-tree-sitter';
import { type Edit, type Found, type Operator, placed, type Span } from './edit.ts';

export type Put = (operator: Operator, at: Node | Span, by: string) => void;
export type Grammar = {
  language: 'python' | 'go';
  functions: readonly string[];
  /** Types of nodes below which nothing is computed. */
  left: readonly string[];
  visit(node: Node, put: Put): void;
};

const isNode = (at: Node | Span): at is Node => 'startIndex' in at;

/** Nothing where the text has mistakes already: a mutant of it would prove nothing. */
export async function treeEdits(source: string, { language, functions, left, visit }: Grammar): Promise<Edit[]> {
  const parser = await treeSitter(language);
  const tree = parser.parse(source);
  if (!tree) return [];
  try {
    if (tree.rootNode.hasError) return [];
    const found: Found[] = [];
    const spans: Span[] = [];
    const put: Put = (operator, at, by) =>
      void found.push(isNode(at) ? { operator, start: at.startIndex, end: at.endIndex, text: by } : { operator, start: at.start, end: at.end, text: by });
    // By hand: a text nested ten thousand levels deep is parsed, and would end a recursion.
    const queue: Node[] = [tree.rootNode];
    for (let node = queue.pop(); node; node = queue.pop()) {
      if (left.includes(node.type)) continue;
      if (functions.includes(node.type)) spans.push({ start: node.startIndex, end: node.endIndex });
      visit(node, put);
      for (const child of node.namedChildren) if (child) queue.push(child);
    }
    return placed(source, found, spans);
  } finally {
    tree.delete();
  }
}

/** The operator between the operands: the first child that has no name. */
export const between = (node: Node): string => node.childForFieldName('operator')?.text ?? '';
