// Python literals as values, and values as Python. Pure.
import { children, childAt } from '../tree.ts';
import type { Node } from '../tree.ts';
import { list, NULL } from '../value.ts';
import type { Value } from '../value.ts';

/** Null where it is more than a literal. */
export function literalOfPython(node: Node | null): Value | null {
  if (!node) return null;
  switch (node.type) {
    case 'none':
      return NULL;
    case 'true':
    case 'false':
      return { t: 'bool', v: node.type === 'true' };
    case 'integer': {
      const v = Number(node.text.replaceAll('_', ''));
      return Number.isSafeInteger(v) ? { t: 'num', v } : null;
    }
    case 'float': {
      const v = Number(node.text.replaceAll('_', ''));
      return Number.isFinite(v) ? { t: 'num', v, as: 'float' } : null;
    }
    case 'string':
      return textOf(node);
    case 'unary_operator': {
      const value = literalOfPython(childAt(node, 'argument'));
      return node.text.startsWith('-') && value?.t === 'num' && typeof value.v === 'number' ? { ...value, v: -value.v } : null;
    }
    case 'list':
    case 'tuple':
    case 'set': {
      const values = children(node).map(literalOfPython);
      return values.every((one) => one !== null) ? list(values, node.type === 'list' ? undefined : node.type) : null;
    }
    case 'dictionary': {
      const fields: [string, Value][] = [];
      for (const pair of children(node)) {
        const [key, value] = [literalOfPython(childAt(pair, 'key')), literalOfPython(childAt(pair, 'value'))];
        if (key?.t !== 'str' || value === null) return null;
        fields.push([key.v, value]);
      }
      return { t: 'obj', v: fields };
    }
    case 'parenthesized_expression':
      return literalOfPython(node.namedChild(0));
    default:
      return null;
  }
}

function textOf(node: Node): Value | null {
  const found = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/.exec(node.text);
  if (!found || /[fb]/i.test(found[1] ?? '')) return null;
  const body = found[3] ?? '';
  if (/r/i.test(found[1] ?? '') || !body.includes('\\')) return { t: 'str', v: body };
  try {
    const parsed: unknown = JSON.parse(
      `"${body
        .replaceAll("\\'", "'")
        .replaceAll(/(?<!\\)"/g, '\\"')
        .replaceAll('\n', '\\n')}"`,
    );
    return typeof parsed === 'string' ? { t: 'str', v: parsed } : null;
  } catch {
    return null;
  }
}

/** `args` of a `new` are keywords where the value has their names. Null where no expression gives it back. */
export function renderPython(value: Value): string | null {
  const all = (some: readonly Value[]): string[] | null => {
    const parts = some.map(renderPython);
    return parts.every((part) => part !== null) ? parts : null;
  };
  switch (value.t) {
    case 'null':
    case 'undefined':
      return 'None';
    case 'bool':
      return value.v ? 'True' : 'False';
    case 'num':
      if (typeof value.v !== 'number') return `float("${value.v === 'NaN' ? 'nan' : value.v === 'Infinity' ? 'inf' : '-inf'}")`;
      return value.as === 'float' && Number.isInteger(value.v) && Math.abs(value.v) < 1e15 ? `${value.v}.0` : String(value.v);
    case 'big':
      return value.v;
    case 'str':
      return pythonText(value.v);
    case 'list': {
      const parts = all(value.v);
      if (parts === null) return null;
      if (value.as === 'tuple') return `(${parts.join(', ')}${parts.length === 1 ? ',' : ''})`;
      if (value.as === 'set') return parts.length === 0 ? 'set()' : `{${parts.join(', ')}}`;
      return value.as === undefined ? `[${parts.join(', ')}]` : null;
    }
    case 'map':
    case 'obj': {
      const parts = all(value.v.map(([, one]) => one));
      if (parts === null) return null;
      const names = value.v.map(([key]) => (typeof key === 'string' ? key : ''));
      if (value.as !== undefined && value.t === 'obj') return `${value.as}(${names.map((name, i) => `${name}=${parts[i]}`).join(', ')})`;
      const keys = value.v.map(([key]) => (typeof key === 'string' ? pythonText(key) : renderPython(key)));
      return `{${keys.map((key, i) => `${key}: ${parts[i]}`).join(', ')}}`;
    }
    case 'new': {
      const parts = all(value.v);
      return parts && `${value.as}(${parts.join(', ')})`;
    }
    case 'raw':
      return value.v;
    default:
      return null;
  }
}

function pythonText(text: string): string {
  const escaped = Array.from(JSON.stringify(text).slice(1, -1))
    .map((char) =>
      (char.codePointAt(0) ?? 0) > 126 && !/\p{L}|\p{N}|\p{P}|\p{S}/u.test(char) ? `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}` : char,
    )
    .join('');
  return `"${escaped}"`;
}
