// Rows of platform state in the forms that an export has: our row, a whole API object, a list of them, parts as text. Pure.
import { ResourceRow } from '@awo/contracts';
import { isFields, items, text, word } from './dig.ts';

/** The rows that one line stands for, or why it stands for none. */
export function resourceRows(value: unknown): ResourceRow[] | string {
  if (Array.isArray(value)) return together(value);
  if (!isFields(value)) return 'expected an object with entity and kind, or an object of the API';
  if (Array.isArray(value['items']) && value['spec'] === undefined) {
    const kind = word(value, 'kind').replace(/List$/, '');
    return together(items(value['items']).map((item) => (isFields(item) && kind !== '' && item['kind'] === undefined ? { ...item, kind } : item)));
  }
  const open = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, opened(part)]));
  const name = word(open, 'metadata', 'name') || word(open, 'name');
  const kind = word(open, 'kind');
  const row = { ...open, entity: text(open['entity']) || (name !== '' && kind !== '' ? `${kind.toLowerCase()}/${name}` : '') };
  const parsed = ResourceRow.safeParse(row);
  if (parsed.success) return [parsed.data];
  return kind === '' ? 'kind: expected the kind of the object' : 'entity: expected the id of the object, or its metadata.name';
}

function together(values: readonly unknown[]): ResourceRow[] | string {
  const rows = values.map(resourceRows);
  const bad = rows.find((one) => typeof one === 'string');
  const good = rows.flatMap((one) => (typeof one === 'string' ? [] : one));
  return good.length === 0 && typeof bad === 'string' ? bad : good;
}

/** A spec or status that was written down as text is what the text says. */
function opened(part: unknown): unknown {
  if (typeof part !== 'string' || !/^\s*[{[]/.test(part)) return part;
  try {
    return JSON.parse(part);
  } catch {
    return part;
  }
}
