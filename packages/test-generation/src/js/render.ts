// A value as a JavaScript expression, quoted as the repository quotes. Pure.
import type { Value } from '../value.ts';

/** Null where no expression gives it back. */
export function renderJs(value: Value, quote: "'" | '"' = "'"): string | null {
  const inner = (one: Value): string | null => renderJs(one, quote);
  const all = (some: readonly Value[]): string[] | null => {
    const parts = some.map(inner);
    return parts.every((part) => part !== null) ? parts : null;
  };
  switch (value.t) {
    case 'null':
    case 'undefined':
      return value.t;
    case 'bool':
      return String(value.v);
    case 'num':
      return String(value.v);
    case 'big':
      return `${value.v}n`;
    case 'str':
      return textIn(value.v, quote);
    case 'date':
      return `new Date(${textIn(value.v, quote)})`;
    case 'list': {
      const parts = all(value.v);
      if (parts === null || (value.as !== undefined && value.as !== 'Set' && value.as !== 'tuple')) return null;
      return value.as === 'Set' ? `new Set([${parts.join(', ')}])` : `[${parts.join(', ')}]`;
    }
    case 'new': {
      const parts = all(value.v);
      return parts && `new ${value.as}(${parts.join(', ')})`;
    }
    case 'map': {
      const parts = all(value.v.flat());
      return parts && `new Map([${value.v.map((_, i) => `[${parts[2 * i]}, ${parts[2 * i + 1]}]`).join(', ')}])`;
    }
    case 'obj': {
      const parts = all(value.v.map(([, one]) => one));
      if (parts === null || value.as !== undefined) return null;
      if (parts.length === 0) return '{}';
      return `{ ${value.v.map(([name], i) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : textIn(name, quote)}: ${parts[i]}`).join(', ')} }`;
    }
    default:
      return null;
  }
}

const textIn = (text: string, quote: "'" | '"'): string => {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return quote === '"' ? `"${escaped}"` : `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
};
