// Tables and their columns: made by migrations and models, written by SQL and query builders; who reads them. Pure.
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';
import { className } from './plural.ts';
import { readBy, readsAll, madeBy, type Named, writtenBy } from './sql-tables.ts';
import { statementsIn } from './sql-text.ts';
import { callsOn, type Use } from './table-calls.ts';
import { modelsIn } from './table-models.ts';

const QUOTE = '["\'`\\[]?';
/** Where the statement around it is not understood. */
const MADE = new RegExp(
  [
    `\\b(?:CREATE|ALTER|DROP|RENAME|TRUNCATE)\\s+(?:OR\\s+REPLACE\\s+)?(?:TABLE|VIEW|MATERIALIZED\\s+VIEW)\\s+(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?(?:ONLY\\s+)?(?:${QUOTE}\\w+${QUOTE}\\.)?${QUOTE}(\\w+)`,
    `__tablename__\\s*=\\s*["'](\\w+)["']`,
    `@(?:Table|Entity)\\(\\s*(?:name\\s*=\\s*|\\{\\s*name:\\s*)?["'](\\w+)["']`,
    `\\b(?:pgTable|mysqlTable|sqliteTable|create_table|createTable|alterTable|dropTable|renameTable|add_column|drop_column|alter_column|rename_column|create_index|hasTable)\\(?\\s*["':](\\w+)`,
    `@@map\\(["'](\\w+)["']\\)`,
    `\\btableName:\\s*["'](\\w+)["']`,
  ].join('|'),
  'gi',
);
const PROSE = /\.(md|mdx|rst|txt|adoc|lock|sum)$/;
/** They ran once, on the rows that were there. */
const MIGRATIONS = /(^|\/)(migrations?|migrate|alembic|flyway|liquibase)\//;

type Uses = { made: Use[]; written: Use[]; read: (Use & { all: boolean })[]; models: Use[] };

let last: { source: string; path: string; uses: Uses } | undefined;

/** A file is asked about every name in turn: what was found the last time is kept. */
function usesIn(source: string, path: string): Uses {
  if (last?.source === source && last.path === path) return last.uses;
  const text = withoutComments(source);
  const calls = callsOn(text);
  const uses: Uses = { made: [], written: calls.writes, read: calls.reads.map((one) => ({ ...one, all: true })), models: [] };
  for (const statement of statementsIn(text, path)) {
    const use = (named: Named): Use => ({ ...named, line: statement.line, text: `${statement.text}${statement.given.replaceAll(/\s+/g, ' ')}` });
    for (const made of madeBy(statement.text).map(use)) uses.made.push(made, ...heldBy(made));
    uses.written.push(...writtenBy(statement.text, statement.given).map(use));
    for (const table of readBy(statement.text)) uses.read.push({ ...use({ table, columns: new Map() }), all: readsAll(statement.text) });
  }
  for (const { migration, ...model } of modelsIn(text, path)) {
    if (migration) uses.made.push(model, ...heldBy(model));
    else uses.models.push(model);
  }
  last = { source, path, uses };
  return uses;
}

/** Who holds the rows of a table may only say the name of their class. */
const heldBy = (made: Use): Use[] => (/^[a-z][a-z0-9_]*s$/.test(made.table) ? [{ ...made, table: className(made.table), columns: new Map() }] : []);

/** `orders`, `orders.note`: how they are made. `rows of orders`, `rows of orders.note`: what is written into them. */
const named = (rows: boolean, table: string, column?: string): string => `${rows ? 'rows of ' : ''}${table}${column === undefined ? '' : `.${column}`}`;
function partsOf(name: string): { rows: boolean; table: string; column: string | undefined } {
  const [table = '', column] = name.replace(/^rows of /, '').split('.');
  return { rows: name.startsWith('rows of '), table, column };
}

/** The name of a signal for what is written into a table, whatever the column. */
export const isRowsOfTable = (name: string): boolean => partsOf(name).rows && partsOf(name).column === undefined;

/** SQL does not tell capitals from small letters, a search for texts does. */
const spelled = (table: string): string[] => [...new Set([table, table.toLowerCase()])];

export const table: Detector = {
  kind: 'table',
  signals(source, path): Signal[] {
    if (PROSE.test(path)) return [];
    const { made, written, models } = usesIn(source, path);
    const tables: Signal[] = [];
    const columns: Signal[] = [];
    for (const [rows, uses] of [
      [false, [...made, ...models]],
      [true, written],
    ] as const)
      for (const use of uses)
        for (const one of spelled(use.table)) {
          tables.push({ name: named(rows, one), line: use.line, until: use.line, text: use.text });
          for (const [column, text] of use.columns) columns.push({ name: named(rows, one, column), line: use.line, until: use.line, text });
        }
    const loose = signalsOf(source.replaceAll(/^[ \t]*(?:--|\/\/).*$/gm, ''), MADE, (match) => match.slice(1).find((group) => group !== undefined));
    return [...loose, ...tables, ...columns];
  },
  needle(name) {
    const { table: searched } = partsOf(name);
    return searched.length >= 3 ? searched : null;
  },
  answer(name, { path, source }) {
    const { rows, table: of, column } = partsOf(name);
    if (PROSE.test(path) || (rows && MIGRATIONS.test(path))) return null;
    const uses = usesIn(source, path);
    const mine = <T extends Use>(some: readonly T[]): T[] => some.filter((use) => use.table.toLowerCase() === of.toLowerCase());
    const [read, models] = [mine(uses.read), mine(uses.models)];
    const others = rows ? models : [...models, ...mine(uses.written), ...mine(uses.made)];
    const [verb, known, surer] = rows ? (['reads', 0.6, 0.8] as const) : (['uses', 0.8, 0.95] as const);
    if (column !== undefined) {
      const said = new RegExp(`(?<![\\w$])${wordsOf(column)}(?!\\w)`, 'i');
      // What takes every column, or leaves its columns to a chain of calls, names this one behind it.
      const behind = new RegExp(`(?:\\.|\\[\\s*["'\`]|["'\`:])${wordsOf(column)}(?!\\w)`, 'i').test(source);
      const at = [...read, ...others].find((use) => said.test(use.text)) ?? read.find((use) => use.all && behind);
      return at ? { line: at.line, confidence: surer, text: `${verb} ${column} of the table ${of}` } : null;
    }
    const [at] = [...read, ...others];
    if (at) return { line: at.line, confidence: known, text: `${verb} the table ${of}` };
    const found = firstLine(withoutComments(source), rows ? looselyRead(of) : looselyUsed(of));
    return found && { line: found.line, confidence: known, text: `${verb} the table ${of}` };
  },
  additionsMatter: true,
  blocks: true,
};

/** `unit_price`, `unitPrice` and `UnitPrice` are one column in a table and in the languages around it. */
const wordsOf = (column: string): string =>
  column
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split('_')
    .filter((part) => part !== '')
    .join('_?');

/** Parts of SQL that are put together when the program runs: the words in capitals tell them from English. */
const looselyRead = (of: string): RegExp =>
  new RegExp(`(?<!\\bDELETE\\s+)\\b(?:FROM|JOIN)\\s+(?:ONLY\\s+)?(?:${QUOTE}\\w+${QUOTE}\\.)?${QUOTE}(?:${cases(of)})\\b`);
const looselyUsed = (of: string): RegExp => {
  const n = `(?:${cases(of)})`;
  return new RegExp(
    `\\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\\s+(?:ONLY\\s+)?(?:${QUOTE}\\w+${QUOTE}\\.)?${QUOTE}${n}\\b|(?:[tT]able|[fF]rom|[iI]nto|[kK]nex|[dD]b|DB)\\w*\\(\\s*["'\`]${n}["'\`]|tableName:\\s*["']${n}["']|__tablename__\\s*=\\s*["']${n}["']`,
  );
};
const cases = (of: string): string => [...new Set([of, of.toLowerCase(), of.toUpperCase()])].map(escaped).join('|');
