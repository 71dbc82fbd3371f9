// The small mistakes that can be made in Go, of those that still compile in most places. Pure but for loading the grammar.
import type { Node } from 'web-tree-sitter';
import { OPPOSITE } from './edit.ts';
import { between, type Grammar, type Put } from './tree.ts';

const FUNCTIONS = ['function_declaration', 'method_declaration', 'func_literal'];

export const go: Grammar = {
  language: 'go',
  functions: FUNCTIONS,
  left: ['import_declaration', 'package_clause', 'type_declaration', 'parameter_list', 'array_type'],
  visit(node, put) {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    switch (node.type) {
      case 'if_statement': {
        const condition = node.childForFieldName('condition');
        if (condition) put('condition-negated', condition, `!(${condition.text})`);
        const [then, otherwise] = [node.childForFieldName('consequence'), node.childForFieldName('alternative')];
        if (then && otherwise) put('branch-removed', { start: then.endIndex, end: otherwise.endIndex }, '');
        return;
      }
      case 'binary_expression': {
        if (!left || !right) return;
        const operator = between(node);
        if (operator === '&&' || operator === '||') {
          put('condition-removed', node, left.text);
          put('condition-removed', node, right.text);
          put('logical-replaced', node, `${left.text} ${operator === '&&' ? '||' : '&&'} ${right.text}`);
        }
        const other = OPPOSITE[operator];
        // Strings can be joined, not subtracted.
        const joins = operator === '+' && /string_literal/.test(left.type + right.type);
        if (other && !joins) put(other.operator, node, `${left.text} ${other.by} ${right.text}`);
        return;
      }
      case 'unary_expression':
        if (between(node) === '!') put('condition-negated', node, node.childForFieldName('operand')?.text ?? '');
        return;
      case 'argument_list': {
        const [a, b] = node.namedChildren;
        if (a && b && node.namedChildCount === 2 && a.type === b.type)
          put('arguments-swapped', { start: a.startIndex, end: b.endIndex }, `${b.text}, ${a.text}`);
        return;
      }
      case 'expression_statement':
        if (node.firstNamedChild?.type === 'call_expression' && node.parent?.type !== 'for_clause') put('statement-removed', node, '');
        return;
      case 'inc_statement':
      case 'dec_statement':
        if (node.parent?.type !== 'for_clause')
          put(
            'arithmetic-replaced',
            node,
            node.text.replace(/\+\+$|--$/, (sign) => (sign === '++' ? '--' : '++')),
          );
        return;
      case 'assignment_statement':
        if (/^[-+*/]=$/.test(between(node)) && node.parent?.type !== 'for_clause') put('statement-removed', node, `_ = ${right?.text ?? '0'}`);
        return;
      case 'return_statement':
        return result(node, put);
      case 'true':
      case 'false':
        return put('boolean-flipped', node, node.type === 'true' ? 'false' : 'true');
      case 'int_literal':
        if (/^(0|[1-9]\d*)$/.test(node.text)) put('number-changed', node, String(BigInt(node.text) + 1n));
        return;
      case 'interpreted_string_literal':
        if (node.parent?.type !== 'keyed_element' || node.parent.firstNamedChild?.startIndex !== node.startIndex)
          put('string-changed', node, node.text === '""' ? '"changed"' : '""');
        return;
    }
  },
};

const ZERO: readonly [RegExp, string][] = [
  [/^u?int(8|16|32|64)?$|^float(32|64)$|^byte$|^rune$/, '0'],
  [/^string$/, '""'],
  [/^bool$/, 'false'],
  [/^(\*|\[\]|map\[|func\b|chan\b)|^error$|^any$|^interface\s*\{/, 'nil'],
];

/** The zero of the one result that the function has; an error that is reported becomes none. */
function result(node: Node, put: Put): void {
  const given = node.firstNamedChild?.namedChildren ?? [];
  let owner: Node | null = node.parent;
  while (owner && !FUNCTIONS.includes(owner.type)) owner = owner.parent;
  const said = owner?.childForFieldName('result');
  if (!said || given.length === 0) return;
  const types = said.type === 'parameter_list' ? said.namedChildren.map((one) => one.childForFieldName('type')?.text ?? '') : [said.text];
  const last = given.at(-1);
  if (!last || types.length !== given.length) return;
  const zero = ZERO.find(([pattern]) => pattern.test(types.at(-1) ?? ''))?.[1];
  if (zero !== undefined && last.text !== zero) put('result-removed', last, zero);
}
