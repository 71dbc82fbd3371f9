// Reads JSON with comments and trailing commas, by parsing it as the JavaScript expression it is. Pure: nothing is evaluated.
import { type Expression, type ObjectPropertyKind, parseSync } from 'oxc-parser';
import { mayNestTooDeep } from './parse-js.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Undefined where the text is no JSON, with or without comments. */
export function parseJsonc(text: string): Json | undefined {
  const plain = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(plain);
  } catch {
    if (mayNestTooDeep(plain)) return undefined;
    const { program, errors } = parseSync('file.js', `(${plain}\n)`, { lang: 'js', preserveParens: false });
    const [statement] = program.body;
    return errors.length === 0 && statement?.type === 'ExpressionStatement' ? value(statement.expression) : undefined;
  }
}

function value(node: Expression): Json | undefined {
  if (node.type === 'Literal') {
    const literal = node.value;
    return literal === null || typeof literal === 'string' || typeof literal === 'number' || typeof literal === 'boolean' ? literal : undefined;
  }
  if (node.type === 'ArrayExpression') return node.elements.map((element) => (element && element.type !== 'SpreadElement' ? (value(element) ?? null) : null));
  if (node.type === 'ObjectExpression') return Object.fromEntries(node.properties.map(property));
  return undefined;
}

function property(node: ObjectPropertyKind): [string, Json] {
  if (node.type !== 'Property' || node.key.type !== 'Literal') return ['', null];
  return [String(node.key.value), value(node.value) ?? null];
}

export const asObject = (json: Json | undefined): { [key: string]: Json } => (json && typeof json === 'object' && !Array.isArray(json) ? json : {});
export const asStrings = (json: Json | undefined): string[] => (typeof json === 'string' ? [json] : Array.isArray(json) ? json.flatMap(asStrings) : []);
