// The small mistakes that can be made in Python. Pure but for loading the grammar.
import type { Node } from 'web-tree-sitter';
import { OPPOSITE } from './edit.ts';
import { between, type Grammar, type Put } from './tree.ts';

const COMPARED: Readonly<Record<string, string>> = { in: 'not in', 'not in': 'in', is: 'is not', 'is not': 'is' };

export const python: Grammar = {
  language: 'python',
  functions: ['function_definition', 'lambda'],
  left: ['type', 'import_statement', 'import_from_statement', 'future_import_statement', 'type_alias_statement'],
  visit(node, put) {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    switch (node.type) {
      case 'if_statement':
      case 'elif_clause': {
        const condition = node.childForFieldName('condition');
        if (condition) put('condition-negated', condition, `not (${condition.text})`);
        const other = node.type === 'if_statement' ? node.childrenForFieldName('alternative').at(-1) : null;
        if (other) put('branch-removed', { start: other.previousSibling?.endIndex ?? other.startIndex, end: other.endIndex }, '');
        else if (node.type === 'if_statement') put('branch-removed', node, 'pass');
        return;
      }
      case 'boolean_operator':
        if (!left || !right) return;
        put(between(node) === 'and' ? 'condition-removed' : 'default-removed', node, left.text);
        put('condition-removed', node, right.text);
        put('logical-replaced', node, `${left.text} ${between(node) === 'and' ? 'or' : 'and'} ${right.text}`);
        return;
      case 'not_operator':
        return put('condition-negated', node, node.childForFieldName('argument')?.text ?? '');
      case 'comparison_operator':
        return comparison(node, put);
      case 'binary_operator': {
        const other = OPPOSITE[between(node)];
        if (other && left && right && !/string/.test(left.type + right.type)) put(other.operator, node, `${left.text} ${other.by} ${right.text}`);
        return;
      }
      case 'conditional_expression': {
        const [then, , otherwise] = node.namedChildren;
        if (then) put('branch-replaced', node, then.text);
        if (otherwise) put('branch-replaced', node, otherwise.text);
        return;
      }
      case 'argument_list':
        return args(node, put);
      case 'expression_statement':
        // Documentation is no statement; nor is an assignment removed, which would only be a name that is not there.
        if (/^(call|await)$/.test(node.firstNamedChild?.type ?? '')) put('statement-removed', node, 'pass');
        return;
      case 'augmented_assignment':
        return put('statement-removed', node, 'pass');
      case 'return_statement':
        if (node.namedChildCount > 0 && node.firstNamedChild?.type !== 'none') put('result-removed', node, 'return None');
        return;
      case 'true':
      case 'false':
        return put('boolean-flipped', node, node.type === 'true' ? 'False' : 'True');
      case 'integer':
        if (/^\d+$/.test(node.text)) put('number-changed', node, String(BigInt(node.text) + 1n));
        return;
      case 'float':
        if (/^\d+\.\d+$/.test(node.text)) put('number-changed', node, `${node.text.replace(/\.\d+$/, '')}${/\.0+$/.test(node.text) ? '.5' : '.0'}`);
        return;
      case 'string':
        return strings(node, put);
    }
  },
};

/** `a < b < c` is left: each half of it is a comparison of its own. */
function comparison(node: Node, put: Put): void {
  const [a, b] = node.namedChildren;
  const operators = node.childrenForFieldName('operators').map((one) => one.text);
  if (!a || !b || node.namedChildCount !== 2) return;
  const said = operators.join(' ').replaceAll(/\s+/g, ' ');
  const other = COMPARED[said] ?? OPPOSITE[said]?.by;
  if (other) put(OPPOSITE[said]?.operator ?? 'comparison-replaced', node, `${a.text} ${other} ${b.text}`);
}

function args(node: Node, put: Put): void {
  const given = node.namedChildren.filter((child) => child.type !== 'comment');
  const [a, b] = given;
  // Named arguments stand in any order.
  if (a && b && !/keyword|splat/.test(a.type + b.type)) put('arguments-swapped', { start: a.startIndex, end: b.endIndex }, `${b.text}, ${a.text}`);
  const [before, last] = [given.at(-2), given.at(-1)];
  if (before && last) put('argument-removed', { start: before.endIndex, end: last.endIndex }, '');
}

function strings(node: Node, put: Put): void {
  const parent = node.parent;
  const documents = parent?.type === 'expression_statement';
  const key = (parent?.type === 'pair' && parent.childForFieldName('key')?.id === node.id) || parent?.type === 'concatenated_string';
  if (documents || key || node.namedChildren.some((child) => child.type === 'interpolation') || /^[rbuf]/i.test(node.text)) return;
  put('string-changed', node, /^(""|'')$/.test(node.text) ? '"changed"' : '""');
}
