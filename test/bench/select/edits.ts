// The small mistakes that can be made in a JavaScript file: each an edit with its kind. Pure.
import { parseSync, Visitor } from 'oxc-parser';

/** Replaces [start, end) by `text`; `within` tells functions apart. */
export type Edit = { kind: string; start: number; end: number; text: string; line: number; within: number };

type Node = { start: number; end: number };
const OPPOSITE: Readonly<Record<string, string>> = {
  '===': '!==', '!==': '===', '==': '!=', '!=': '==', '<': '<=', '<=': '<', '>': '>=', '>=': '>', '+': '-', '-': '+', '*': '/', '/': '*',
}; // prettier-ignore

export function editsOf(source: string): Edit[] {
  const result = parseSync('file.js', source, { sourceType: 'commonjs' });
  if (result.errors.length > 0) return [];
  const functions: Node[] = [];
  const found: Omit<Edit, 'line' | 'within'>[] = [];
  const text = ({ start, end }: Node): string => source.slice(start, end);
  const put = (kind: string, at: Node, by: string): void => void found.push({ kind, start: at.start, end: at.end, text: by });
  const fn = (node: Node): void => void functions.push(node);
  new Visitor({
    FunctionDeclaration: fn,
    FunctionExpression: fn,
    ArrowFunctionExpression: fn,
    IfStatement: (node) => {
      put('condition turned round', node.test, `!(${text(node.test)})`);
      if (node.alternate) put('other branch removed', { start: node.consequent.end, end: node.end }, node.consequent.type === 'BlockStatement' ? '' : ';');
      else put('case removed', node, ';');
    },
    LogicalExpression: (node) => {
      put(node.operator === '||' ? 'default removed' : 'condition removed', node, text(node.left));
      put('condition removed', node, text(node.right));
      if (node.operator !== '??') put('operator', node, `${text(node.left)} ${node.operator === '||' ? '&&' : '||'} ${text(node.right)}`);
    },
    BinaryExpression: (node) => {
      const other = OPPOSITE[node.operator];
      if (other) put(/[<>]/.test(other) ? 'off by one' : 'operator', node, `${text(node.left)} ${other} ${text(node.right)}`);
    },
    UnaryExpression: (node) => void (node.operator === '!' && put('condition turned round', node, text(node.argument))),
    ConditionalExpression: (node) => put('wrong branch', node, text(node.alternate)),
    CallExpression: (node) => {
      const [a, b] = node.arguments;
      if (a && b) put('arguments swapped', { start: a.start, end: b.end }, `${text(b)}, ${text(a)}`);
      const last = node.arguments.at(-1);
      if (last && node.arguments.length > 1) put('argument dropped', { start: node.arguments.at(-2)?.end ?? last.start, end: last.end }, '');
    },
    Literal: (node) => {
      if (typeof node.value === 'number') put('off by one', node, String(node.value + 1));
      if (typeof node.value === 'boolean') put('wrong default', node, String(!node.value));
    },
    ExpressionStatement: (node) => void (node.expression.type !== 'Literal' && put('line removed', node, ';')),
    ReturnStatement: (node) => void (node.argument && put('wrong result', node, 'return;')),
  }).visit(result.program);
  const starts = [...source.matchAll(/\n/g)].map(({ index }) => index);
  return found.flatMap((edit) => {
    const holding = functions.filter((one) => one.start <= edit.start && edit.end <= one.end).sort((a, b) => a.end - a.start - (b.end - b.start))[0];
    return holding ? [{ ...edit, line: starts.filter((at) => at < edit.start).length + 1, within: holding.start }] : [];
  });
}

/** Edits that lie within others are left to these. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  let [text, limit] = [source, Number.POSITIVE_INFINITY];
  for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
    if (edit.end > limit) continue;
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
    limit = edit.start;
  }
  return text;
}
