// Query builders: calls that write or read a table that they name, with what is handed to them. Pure.
import { balanced, type Named, splitTop } from './sql-tables.ts';

export type Use = Named & { line: number; text: string };

const S = '["\'`]';
const WRITES =
  'insert|insertMany|insertGetId|insertOrIgnore|insertOrUpdate|insert_all|update|updateOrInsert|updateMany|upsert|merge|del|delete|deleteMany|truncate|increment|decrement';
/** The table stands alone at first, and the chain behind says what becomes of it. */
const OPENED = `\\b(?:\\w*[kK]nex|db|trx|tx|qb|database|conn|client)\\s*(?:<[^<>()]*>)?\\(\\s*${S}(?:\\w+\\.)?(\\w+)${S}\\s*\\)|(?<!\\b(?:Array|Buffer|Set|Map|Object|Observable|console|\\w+Array))(?:\\.|->|::)(?:from|table|Table|into)\\(\\s*${S}(?:\\w+\\.)?(\\w+)(?:\\s+(?:as\\s+)?\\w+)?${S}\\s*\\)|\\bDB\\[:(\\w+)\\]|\\bnew\\s+Query\\(\\s*"(\\w+)"\\s*\\)`;
const WRITTEN = [
  `\\.(?:insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\\(\\s*${S}(?:\\w+\\.)?(\\w+)${S}`,
  `\\b(?:sq|squirrel|psql|goqu|sb|builder|dialect|\\w*[bB]uilder)\\.(?:Insert|Update|Delete|InsertInto|DeleteFrom|Replace)\\(\\s*"(?:\\w+\\.)?(\\w+)"`,
  `\\b(?:db|tx|trx|conn|connection|session|database)\\.(?:insert|update|delete)\\(\\s*(\\w+)\\s*\\)(?=\\s*\\.\\s*(?:values|set|where|returning|execute))`,
  `\\b(?:db|tx|trx|\\w*[pP]risma\\w*)\\??\\.(\\w+)\\.(?:create|createMany|createManyAndReturn|update|updateMany|updateManyAndReturn|upsert|delete|deleteMany)\\(`,
].join('|');
const READ = [
  `\\.selectFrom\\(\\s*\\[?\\s*${S}(?:\\w+\\.)?(\\w+)`,
  `\\.(?:inner|left|right|full|cross|outer)?_?[jJ]oin(?:Raw)?\\(\\s*:?${S}?(?:\\w+\\.)?(\\w+)`,
  `\\.(?:From|Join|LeftJoin|InnerJoin|RightJoin)\\(\\s*"(?:\\w+\\.)?(\\w+)`,
  `(?:(?<=\\)\\s*)|\\bDB)\\.from\\(\\s*:?(\\w+)\\s*\\)`,
  `\\b(?:db|tx|trx|\\w*[pP]risma\\w*)\\??\\.(?:query\\.)?(\\w+)\\.(?:find\\w*|count|aggregate|groupBy)\\(`,
  `\\b(?:read_sql_table|spark\\.table|read\\.table)\\(\\s*${S}(?:\\w+\\.)?(\\w+)`,
].join('|');

const picked = (match: RegExpMatchArray): string => match.slice(1).find((group) => group !== undefined) ?? '';

export function callsOn(source: string): { writes: Use[]; reads: Use[] } {
  const found: { writes: Use[]; reads: Use[] } = { writes: [], reads: [] };
  const use = (match: RegExpMatchArray, from: number): Use => {
    const text = chain(source, from);
    return { table: picked(match), columns: keysOf(text), line: source.slice(0, match.index).split('\n').length, text };
  };
  for (const match of source.matchAll(new RegExp(OPENED, 'g'))) {
    const one = use(match, match.index);
    const behind = one.text.slice(match[0].length);
    const write = new RegExp(`(?:\\.|->)(?:As)?(${WRITES})\\w*\\s*\\(`, 'i').exec(behind);
    if (write) found.writes.push(one);
    // A chain that does nothing but insert gives no row back.
    if (!write || write.index > 4 || !/^insert|^upsert/i.test(write[1] ?? '')) found.reads.push(one);
  }
  for (const match of source.matchAll(new RegExp(WRITTEN, 'g'))) {
    const one = use(match, match.index);
    found.writes.push(one);
    // Prisma says `order` for a table that SQL calls "Order".
    if (match[4] !== undefined) found.writes.push({ ...one, table: one.table.charAt(0).toUpperCase() + one.table.slice(1) });
  }
  for (const match of source.matchAll(new RegExp(READ, 'g'))) found.reads.push(use(match, match.index));
  return found;
}

/** To the end of the calls that hang together: over lines that go on with a dot or stand in a bracket. */
export function chain(source: string, from: number): string {
  let depth = 0;
  for (let i = from; i < Math.min(source.length, from + 2000); i++) {
    const char = source[i] ?? '';
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char) && --depth < 0) return source.slice(from, i);
    else if (depth === 0 && (char === ';' || (char === '\n' && !/^\s*(?:\.|->|\?\.|::)/.test(source.slice(i, i + 120))))) return source.slice(from, i);
  }
  return source.slice(from, from + 2000);
}

/** What an option is called, not a column. */
const OPTION = /^(data|where|select|include|create|update|skipDuplicates|orderBy|take|skip|returning|target|set|onConflict|connect)$/;

/** Keys of the objects that are handed to the calls, with what is said of each. */
function keysOf(text: string): Map<string, string> {
  const columns = new Map<string, string>();
  for (const open of text.matchAll(/[{[]/g)) {
    for (const part of splitTop(balanced(text[open.index] ?? '', text.slice(open.index)))) {
      const [, name, said] = /^["']?(\w{2,})["']?\s*(?:(?::|=>)\s*([\s\S]*))?$/.exec(part) ?? [];
      if (name !== undefined && !OPTION.test(name) && !/^\d/.test(name)) columns.set(name, `${columns.get(name) ?? ''}${(said ?? '').replaceAll(/\s+/g, ' ')}`);
    }
  }
  return columns;
}
