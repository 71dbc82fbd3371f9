// Lines at which something stands in a description. Pure.
import { escaped } from '../implicit/detector.ts';

/** Line of a place in a JSON or YAML text, or of the nearest thing around it. */
export async function pointerLines(text: string): Promise<(at: readonly (string | number)[]) => number> {
  const { isCollection, isMap, isPair, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return (at) => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const key of at) {
      if (!isCollection(node)) break;
      const item: unknown = isMap(node) ? node.items.find((pair) => isPair(pair) && String(pair.key) === String(key)) : node.items[Number(key)];
      if (item === undefined) break;
      const start = isPair(item) ? item.key : item;
      offset = (start as { range?: [number, number, number] | null }).range?.[0] ?? offset;
      node = isPair(item) ? item.value : item;
    }
    return lines.linePos(offset).line;
  };
}

const lineOf = (text: string, at: number): number | null => (at < 0 ? null : text.slice(0, at).split('\n').length);

/** Line at which a JSON text names something. */
export const namedLine = (text: string, name: string): number | null =>
  lineOf(text, text.search(new RegExp(`"(?:name|symbols)"\\s*:\\s*(?:\\[[^\\]]*)?"(?:[\\w.]+\\.)?${escaped(name)}"`)));

/** Line of `shop.Cart`, or of `shop.Cart.total` within it, in a protobuf file. */
export function protobufLine(text: string, element: string): number | null {
  const names = element.split('.');
  for (let depth = names.length - 1; depth >= 0; depth--) {
    const start = text.search(new RegExp(`\\b(?:message|enum|service)\\s+${escaped(names[depth] ?? '')}\\b`));
    if (start < 0) continue;
    const rest = names[depth + 1];
    const within = rest === undefined ? -1 : text.slice(start).search(new RegExp(`\\b${escaped(rest)}\\s*(?:=|\\()`));
    return lineOf(text, within < 0 ? start : start + within);
  }
  return null;
}
