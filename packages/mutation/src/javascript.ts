// The small mistakes that can be made in JavaScript and TypeScript. Pure.
import { mayNestTooDeep } from '@awo/code-graph/parse-js';
import { parseSync, Visitor } from 'oxc-parser';
import { type Edit, type Found, OPPOSITE, type Operator, placed, type Span } from './edit.ts';

type Lang = 'jsx' | 'ts' | 'tsx' | 'dts';
const TS: Readonly<Record<string, Lang>> = { ts: 'ts', mts: 'ts', cts: 'ts', tsx: 'tsx' };

/** Nothing where the text has mistakes already, or is nested so deep that the parser would take the process with it. */
export function javascriptEdits(source: string, ending: string): Edit[] {
  if (mayNestTooDeep(source)) return [];
  const program = parsed(source, ending);
  if (!program) return [];
  const functions: Span[] = [];
  /** Types and the names of modules: what is said there is not computed with. */
  const left: Span[] = [];
  const found: Found[] = [];
  const text = ({ start, end }: Span): string => source.slice(start, end);
  const put = (operator: Operator, at: Span, by: string): void => void found.push({ operator, start: at.start, end: at.end, text: by });
  const fn = (node: Span): void => void functions.push(node);
  const leave = (node: Span): void => void left.push(node);
  new Visitor({
    FunctionDeclaration: fn,
    FunctionExpression: fn,
    ArrowFunctionExpression(node) {
      fn(node);
      if (node.body.type !== 'BlockStatement') put('result-removed', node.body, 'undefined');
    },
    IfStatement(node) {
      put('condition-negated', node.test, `!(${text(node.test)})`);
      if (node.alternate) put('branch-removed', { start: node.consequent.end, end: node.end }, node.consequent.type === 'BlockStatement' ? '' : ';');
      else put('branch-removed', node, ';');
    },
    LogicalExpression(node) {
      put(node.operator === '&&' ? 'condition-removed' : 'default-removed', node, text(node.left));
      put('condition-removed', node, text(node.right));
      if (node.operator !== '??') put('logical-replaced', node, `${text(node.left)} ${node.operator === '||' ? '&&' : '||'} ${text(node.right)}`);
    },
    BinaryExpression(node) {
      const other = OPPOSITE[node.operator];
      if (other) put(other.operator, node, `${text(node.left)} ${other.by} ${text(node.right)}`);
    },
    UnaryExpression: (node) => void (node.operator === '!' && put('condition-negated', node, text(node.argument))),
    ConditionalExpression(node) {
      put('branch-replaced', node, text(node.alternate));
      put('branch-replaced', node, text(node.consequent));
    },
    CallExpression({ arguments: given }) {
      const [a, b] = given;
      if (a && b) put('arguments-swapped', { start: a.start, end: b.end }, `${text(b)}, ${text(a)}`);
      const last = given.at(-1);
      if (last && given.length > 1) put('argument-removed', { start: given.at(-2)?.end ?? last.start, end: last.end }, '');
    },
    Literal(node) {
      if (typeof node.value === 'number') put('number-changed', node, String(node.value + 1));
      if (typeof node.value === 'boolean') put('boolean-flipped', node, String(!node.value));
      if (typeof node.value === 'string') put('string-changed', node, node.value === '' ? `'changed'` : `''`);
    },
    ExpressionStatement: (node) => void (node.expression.type === 'Literal' ? leave(node) : put('statement-removed', node, ';')),
    ReturnStatement: (node) => void (node.argument && put('result-removed', node, 'return;')),
    ImportDeclaration: leave,
    ExportAllDeclaration: (node) => leave(node.source),
    ExportNamedDeclaration: (node) => void (node.source && leave(node.source)),
    ImportExpression: (node) => leave(node.source),
    JSXAttribute: (node) => void (node.value?.type === 'Literal' && leave(node.value)),
    TSTypeAnnotation: leave,
    TSTypeAliasDeclaration: leave,
    TSInterfaceDeclaration: leave,
    TSTypeParameterInstantiation: leave,
    TSTypeParameterDeclaration: leave,
    TSLiteralType: leave,
    TSModuleDeclaration: leave,
    TSExternalModuleReference: leave,
  }).visit(program);
  const inside = (edit: Found): boolean => left.some((one) => one.start <= edit.start && edit.end <= one.end);
  // A key is part of the shape of an object: an empty one is another mistake than an empty string.
  const key = (edit: Found): boolean =>
    edit.operator === 'string-changed' &&
    /^\s*:/.test(source.slice(edit.end, edit.end + 20)) &&
    !/\?[^?:]*$/.test(source.slice(Math.max(0, edit.start - 80), edit.start));
  return placed(
    source,
    found.filter((edit) => !inside(edit) && !key(edit)),
    functions,
  );
}

/** As a module, then as a script: `return` at the top and sloppy mode are of scripts only. */
function parsed(source: string, ending: string) {
  const lang = TS[ending] ?? 'jsx';
  for (const sourceType of ['module', 'commonjs'] as const) {
    const result = parseSync(`file.${ending}`, source, { lang, sourceType });
    if (result.errors.every((error) => error.severity !== 'Error')) return result.program;
  }
  return null;
}
