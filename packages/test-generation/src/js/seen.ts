// What existing tests pass to the functions: calls with arguments that are written out. Pure.
import { list } from '../value.ts';
import type { Value } from '../value.ts';
import { literalOf, nodeAt, nodesAt, parseJs, textAt, walk } from './syntax.ts';
import type { Node } from './syntax.ts';

/** By the name of the function, or of the method alone. A constant of the file counts as what it is. */
export function seenInJs(source: string, path: string): Map<string, Value[][]> {
  const found = new Map<string, Value[][]>();
  const parsed = parseJs(source, path);
  if (!parsed) return found;
  const constants = new Map<string, Node>();
  const program = parsed.program as unknown as Node;
  for (const node of walk(program)) {
    const init = node.type === 'VariableDeclarator' ? nodeAt(node, 'init') : null;
    if (init) constants.set(textAt(nodeAt(node, 'id'), 'name'), init);
  }
  const rows = rowsOf(program);
  for (const node of walk(program)) {
    if (node.type !== 'CallExpression') continue;
    const callee = nodeAt(node, 'callee');
    const name = callee?.type === 'Identifier' ? textAt(callee, 'name') : callee?.type === 'MemberExpression' ? textAt(nodeAt(callee, 'property'), 'name') : '';
    if (name === '') continue;
    const known = (text: string): Node | null => constants.get(text) ?? null;
    const args = nodesAt(node, 'arguments').map((arg) => literalOf(arg, known));
    const calls = found.get(name) ?? [];
    if (args.every((arg) => arg !== null)) calls.push(args);
    else calls.push(...fromRows(nodesAt(node, 'arguments'), rows));
    found.set(name, calls.slice(0, 40));
  }
  return found;
}

type Rows = { names: readonly string[]; rows: readonly Value[][] };

/** Tables: `test.each([[1, 2]])('...', (a, b) => ...)` and `for (const [a, b] of [...])`. */
function rowsOf(program: Node): Rows[] {
  const found: Rows[] = [];
  const put = (patterns: readonly Node[], table: Node | null | undefined): void => {
    const value = literalOf(table ?? null);
    if (value?.t !== 'list') return;
    const names = patterns.map((one) => textAt(one, 'name'));
    found.push({ names, rows: value.v.map((row) => (row.t === 'list' ? row.v : [row])) });
  };
  for (const node of walk(program)) {
    if (node.type === 'ForOfStatement') {
      const left = nodeAt(nodesAt(nodeAt(node, 'left') ?? node, 'declarations')[0] ?? node, 'id');
      if (left) put(left.type === 'ArrayPattern' ? nodesAt(left, 'elements') : [left], nodeAt(node, 'right'));
    }
    const callee = node.type === 'CallExpression' ? nodeAt(node, 'callee') : null;
    if (callee?.type === 'CallExpression' && textAt(nodeAt(nodeAt(callee, 'callee') ?? callee, 'property'), 'name') === 'each') {
      const fn = nodesAt(node, 'arguments').find((arg) => /Function/.test(arg.type));
      if (fn) put(nodesAt(fn, 'params'), nodesAt(callee, 'arguments')[0]);
    }
  }
  return found;
}

function fromRows(args: readonly Node[], tables: readonly Rows[]): Value[][] {
  for (const { names, rows } of tables) {
    const places = args.map((arg) => (arg.type === 'Identifier' ? names.indexOf(textAt(arg, 'name')) : -1));
    if (places.length === 0 || places.some((at, i) => at < 0 && literalOf(args[i] ?? null) === null)) continue;
    const made = rows.map((row) => places.map((at, i) => (at < 0 ? literalOf(args[i] ?? null) : (row[at] ?? null)) ?? list([])));
    return made.slice(0, 20);
  }
  return [];
}
