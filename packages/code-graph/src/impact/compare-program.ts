// Whether two versions of a program differ in more than comments and format, for the languages that tree-sitter reads.
import type { Node } from 'web-tree-sitter';
import { withoutCommentsKotlin } from '../source-mask.ts';
import { type Grammar, treeSitter } from '../tree-sitter.ts';
import type { SemanticChange } from './module-shape.ts';

/** Comments that tools or the program itself read count as code. */
type Program = { grammar: Grammar; comments: ReadonlySet<string>; isCode: RegExp | null };
const comments = new Set(['comment', 'line_comment', 'block_comment']);

export const PROGRAMS: Readonly<Record<string, Program | 'kotlin'>> = {
  go: { grammar: 'go', comments, isCode: /^\/\/(go:|export |\s*\+build)/ },
  java: { grammar: 'java', comments, isCode: null },
  cs: { grammar: 'csharp', comments, isCode: null },
  // Examples in documentation are tests.
  rs: { grammar: 'rust', comments, isCode: /^(\/\/[/!]|\/\*[*!])[\s\S]*(```|^ {4})/ },
  rb: { grammar: 'ruby', comments, isCode: /^#\s*(-\*-|frozen_string_literal|encoding|warn_indent|shareable_constant_value|typed)/ },
  // Annotations of Doctrine, PHPUnit and the like stand in comments.
  php: { grammar: 'php', comments, isCode: /^\/\*\*[\s\S]*@(?!param|return|throws|see|link|author|deprecated|since|internal|inheritdoc)/i },
  kt: 'kotlin',
  kts: 'kotlin',
};

export async function compareProgram(before: string, after: string, ending: string): Promise<SemanticChange> {
  const program = PROGRAMS[ending];
  if (!program) return { kind: 'file', because: 'its meaning cannot be compared' };
  if (ending === 'go' && [before, after].some((text) => text.includes('import "C"'))) return { kind: 'file', because: 'cgo reads its comments' };
  const [then, now] = program === 'kotlin' ? [before, after].map(plainKotlin) : [await print(before, program, ending), await print(after, program, ending)];
  return then !== null && then === now ? { kind: 'none' } : { kind: 'file', because: 'its code changed' };
}

/** Null where it cannot be parsed. */
async function print(source: string, { grammar }: Program, ending: string): Promise<string | null> {
  const parser = await treeSitter(grammar);
  const tree = parser.parse(source);
  if (!tree) return null;
  try {
    return tree.rootNode.hasError ? null : tokensOf(tree.rootNode, ending);
  } finally {
    tree.delete();
  }
}

/** The tree as text, without comments. Its shape is part of it: in Ruby a line break decides what belongs together. */
export function tokensOf(root: Node, ending: string, nameOf: (identifier: Node) => string | null = () => null): string {
  const program = PROGRAMS[ending];
  const { comments: quiet, isCode } = program && program !== 'kotlin' ? program : { comments, isCode: null };
  const parts: string[] = [];
  const open: (Node | string)[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node === 'string') parts.push(node);
    else if (quiet.has(node.type) && !isCode?.test(node.text)) continue;
    else if (node.childCount === 0 || /string|heredoc|char/.test(node.type) || quiet.has(node.type))
      parts.push((node.type === 'identifier' ? nameOf(node) : null) ?? node.text.trim());
    else {
      parts.push('(');
      open.push(')');
      for (const child of node.children.toReversed()) if (child) open.push(child);
    }
  }
  return parts.filter((part) => part !== '').join(' ');
}

/** Inside of a text of several lines every space counts. */
function plainKotlin(source: string): string | null {
  const text = withoutCommentsKotlin(source);
  if (text === null) return null;
  const lines = text.split('\n');
  return (source.includes('"""') ? lines : lines.map((line) => line.trim()).filter((line) => line !== '')).join('\n');
}
