// What one SQL statement writes, reads and makes: tables, and the columns that it names with what it says of each. Pure.

/** Columns by name, with what is said of them. */
export type Columns = Map<string, string>;
export type Named = { table: string; columns: Columns };

const Q = '["\'`\\[]?';
const END = '["\'`\\]]?';
const NAME = `(?:${Q}\\w+${END}\\.){0,2}${Q}(\\w+)${END}`;
const INSERTED = new RegExp(
  `\\b(?:(?:INSERT|REPLACE|UPSERT|MERGE)\\s+(?:\\w+\\s+){0,2}?INTO|MERGE)\\s+(?:TABLE\\s+)?${NAME}(?:\\s+(?:AS\\s+)?(?!VALUES|SELECT|USING|SET|DEFAULT)\\w+)?\\s*(?:\\(([^()]*)\\))?`,
  'gi',
);
const UPDATED = new RegExp(
  `\\bUPDATE\\s+(?:(?:ONLY|IGNORE|LOW_PRIORITY|OR\\s+\\w+)\\s+)?${NAME}(?:\\s+(?:AS\\s+)?\\w+)??(?:\\s+(?:\\w+\\s+){0,2}?JOIN\\b.*?)?\\s+SET\\b(?=\\s*(?:,|$)|[^;]*?[=$%@{])`,
  'gi',
);
const DELETED = new RegExp(
  `\\bDELETE\\s+(?:\\w+\\s+)?FROM\\s+(?:ONLY\\s+)?${NAME}(?=\\s+[?$%@{]|\\s*(?:$|[;)]|WHERE|USING|RETURNING|AS\\b|\\w+\\s+(?:WHERE|USING|JOIN)|(?:INNER|LEFT)?\\s*JOIN))`,
  'gi',
);
const READ = new RegExp(
  `(?<!\\bDELETE\\s+)\\b(?:FROM|JOIN|USING)\\s+(?:ONLY\\s+|LATERAL\\s+)?(${NAME}(?:\\s+(?:AS\\s+)?\\w+)?(?:\\s*,\\s*${NAME}(?:\\s+(?:AS\\s+)?\\w+)?)*)`,
  'gi',
);
const MADE = new RegExp(
  `\\b(?:CREATE|ALTER|DROP|TRUNCATE)\\s+(?:\\w+\\s+){0,3}?(?:TABLE|VIEW)\\s+(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?(?:ONLY\\s+)?${NAME}([\\s\\S]*)$`,
  'i',
);
const NO_COLUMN =
  /^(CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN|INDEX|KEY|FULLTEXT|SPATIAL|EXCLUDE|LIKE|PARTITION|PERIOD|TO|COLUMN|IF|TRIGGER|TABLE|ALL|ROW|RULE|OWNER)$/i;

export function writtenBy(statement: string, given: string): Named[] {
  let count = 0;
  const sql = /\$\d/.test(statement) ? statement : statement.replaceAll(/\?(?!\w)|%s/g, () => `$${++count}`);
  const found: Named[] = [];
  for (const match of sql.matchAll(INSERTED)) {
    const rest = sql.slice(match.index + match[0].length);
    const columns: Columns = new Map();
    const listed = match[2] === undefined ? [] : splitTop(match[2]).map(bare);
    const values = splitTop(balanced(/^\s*(?:OVERRIDING\s+\w+\s+VALUE\s+)?VALUES\s*\(/i.exec(rest)?.[0] ?? '', rest));
    for (const [i, column] of listed.entries()) if (/^\w+$/.test(column)) columns.set(column, values.length === listed.length ? (values[i] ?? '') : '');
    // What happens to rows that are there already.
    for (const set of rest.matchAll(/\b(?:DO\s+UPDATE\s+SET|UPDATE\s+SET|KEY\s+UPDATE)\s/gi)) assignments(rest.slice(set.index + set[0].length), columns);
    found.push({ table: match[1] ?? '', columns });
  }
  for (const match of sql.matchAll(UPDATED)) {
    const columns: Columns = new Map();
    assignments(sql.slice(match.index + match[0].length), columns);
    // `UPDATE o SET … FROM orders o`
    const alias = new RegExp(`\\b(?:FROM|JOIN)\\s+${NAME}\\s+(?:AS\\s+)?${match[1] ?? ''}\\b`, 'i').exec(sql)?.[1];
    found.push({ table: alias ?? match[1] ?? '', columns });
  }
  for (const match of sql.matchAll(DELETED)) found.push({ table: match[1] ?? '', columns: new Map() });
  // The values of placeholders stand beside the statement.
  const values = valuesOf(given);
  for (const { columns } of found)
    for (const [name, said] of columns)
      columns.set(
        name,
        said.replaceAll(/\$(\d+)/g, (place, n: string) => values[Number(n) - 1] ?? place),
      );
  return found;
}

/** `$2` of `, [a, b]` is b, and of `, a, b` as well. */
function valuesOf(given: string): string[] {
  const list = splitTop(given.replace(/^\s*,/, ''));
  const [first = ''] = list;
  return /^[[(]/.test(first) ? splitTop(balanced(first.slice(0, 1), first)) : list;
}

export function readBy(sql: string): string[] {
  const found: string[] = [];
  for (const match of sql.matchAll(READ)) {
    for (const one of splitTop(match[1] ?? '')) {
      const name = new RegExp(`^\\s*${NAME}`).exec(one)?.[1];
      if (name !== undefined && !/^import\b/i.test(sql.slice(match.index + match[0].length).trim())) found.push(name);
    }
  }
  return found;
}

/** Null where the statement makes or alters no table. */
export function madeBy(sql: string): Named[] {
  const match = MADE.exec(sql);
  if (!match) return [];
  const [, table = '', rest = ''] = match;
  const columns: Columns = new Map();
  if (/^\s*CREATE/i.test(match[0])) {
    for (const one of splitTop(balanced(/^\s*\(/.exec(rest)?.[0] ?? '', rest))) addColumn(columns, one, one);
    return [{ table, columns }];
  }
  const renamed = new RegExp(`^\\s*RENAME\\s+TO\\s+${NAME}`, 'i').exec(rest)?.[1];
  if (/^\s*ALTER/i.test(match[0]))
    for (const action of splitTop(rest)) {
      const named =
        /^\s*(?:ADD|DROP|ALTER|MODIFY|CHANGE|RENAME)\s+(?:COLUMN\s+)?(?:IF\s+(?:NOT\s+)?EXISTS\s+)?\(?\s*(\S+?)(?:\s|$)(?:TO\s+(\S+)|(?=\S))?/i.exec(action);
      for (const name of [named?.[1], named?.[2]]) if (name !== undefined) addColumn(columns, name, action);
      // CHANGE says the old name and then the new one.
      if (/^\s*CHANGE/i.test(action)) addColumn(columns, /^\s*CHANGE\s+(?:COLUMN\s+)?\S+\s+(\S+)/i.exec(action)?.[1] ?? '', action);
    }
  return [{ table, columns }, ...(renamed === undefined ? [] : [{ table: renamed, columns: new Map() }])];
}

/** Every column of the table, or columns that are put in when it runs: whoever asks so may use any of them. */
export const readsAll = (sql: string): boolean => /\bSELECT\s+(?:DISTINCT\s+)?(?:\w+\.)?\*|,\s*\w+\.\*|\$\{|\s@\s/i.test(sql);

const bare = (name: string): string => name.trim().replaceAll(/["'`[\]]/g, '');

function addColumn(columns: Columns, said: string, text: string): void {
  const name = bare(said).split(/[\s(]/)[0] ?? '';
  if (/^\w{2,}$/.test(name) && !NO_COLUMN.test(name)) columns.set(name, `${columns.get(name) ?? ''}${text.trim()}`);
}

function assignments(text: string, into: Columns): void {
  const end = text.search(/\b(?:WHERE|RETURNING|FROM|WHEN|ORDER|LIMIT)\b|;/i);
  for (const one of splitTop(end < 0 ? text : text.slice(0, end))) {
    const [, name, said] = /^\s*(?:\w+\.)?["'`[]?(\w+)["'`\]]?\s*=\s*([\s\S]*)$/.exec(one) ?? [];
    if (name !== undefined) into.set(name, `${into.get(name) ?? ''}${(said ?? '').trim()}`);
  }
}

/** What stands in the brackets that `head`, the begin of `text`, opens. */
export function balanced(head: string, text: string): string {
  if (head === '') return '';
  let depth = 1;
  for (let i = head.length; i < text.length; i++) {
    if ('([{'.includes(text[i] ?? '')) depth++;
    if (')]}'.includes(text[i] ?? '') && --depth === 0) return text.slice(head.length, i);
  }
  return text.slice(head.length);
}

/** Parts between the commas that stand in no bracket and no quotes. */
export function splitTop(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === "'") quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return text.trim() === '' ? [] : [...parts, text.slice(start).trim()];
}
