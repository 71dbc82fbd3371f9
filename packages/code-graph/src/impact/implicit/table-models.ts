// Tables as models and migration tools declare them, with their columns. Pure.
import { chain } from './table-calls.ts';
import { plural, snakeCase } from './plural.ts';
import type { Columns } from './sql-tables.ts';

export type Model = { table: string; columns: Columns; line: number; text: string; migration: boolean };

/** Named inside of the class, or above it. */
const INSIDE =
  /__tablename__\s*=\s*["'](\w+)["']|\bdb_table\s*=\s*["'](\w+)["']|\bself\.table_name\s*=\s*["'](\w+)["']|\$table\s*=\s*["'](\w+)["']|\.ToTable\(\s*"(\w+)"|\bstatic\s+(?:get\s+)?tableName\b[^"'\n]*["'](\w+)["']/g;
const ABOVE =
  /@(?:Table|Entity)\(\s*(?:(?:name|tableName)\s*=\s*|\{\s*(?:name|tableName):\s*)?["'](\w+)["']|\[Table\("(\w+)"|#\[sea_orm\(table_name\s*=\s*"(\w+)"|#\[ORM\\Table\(\s*(?:name:\s*)?["'](\w+)["']/g;
/** Rails, Laravel and JPA: the table is called after the class, where nothing else is said. */
const BY_CLASS =
  /\bclass\s+(?:\w+::)*(\w+)\s*(?:<\s*(?:ApplicationRecord|ActiveRecord::Base)\b|extends\s+(?:Model|Eloquent|Authenticatable|Pivot)\b)|@Entity\b(?!\()(?:\s|@\w+(?:\([^)]{0,200}\))?|public|open|data|final){0,40}class\s+(\w+)/g;
/** Django: after the folder of the application and the class. */
const DJANGO = /^class\s+(\w+)\((?:[\w.,\s]{0,80}\.)?Model\)\s*:/gm;
/** A call that is handed the columns. */
const CALLED =
  /\b(?:pgTable|mysqlTable|sqliteTable|define)\(\s*["'](\w+)["']|\b(?:sa\.)?Table\(\s*["'](\w+)["']\s*,|\bclass\s+\w+\s*:\s*\w*Table\(\s*"(\w+)"\s*\)|\bobject\s+\w+\s*:\s*\w*Table\(\s*"(\w+)"\s*\)/g;
const STEP =
  /\b(?:create|alter|change|drop|rename)_?[tT]able\w*\(?\s*["'`:](\w+)|\bSchema::(?:create|table)\(\s*["'](\w+)["']|\bschema\w*(?:\(\))?\.(?:table|createTable|alterTable)\(\s*["'`](\w+)["'`]/g;
const GO = /func\s*\(\s*(?:\w+\s+)?\*?(\w+)\)\s*TableName\(\)\s*string\s*\{\s*return\s+["`](\w+)["`]/g;
const PRISMA = /^model\s+(\w+)\s*\{([\s\S]*?)^\}/gm;
/** One step for one column, or for its old and its new name. */
const COLUMN_STEP =
  /\b(?:add|drop|remove|rename|change|alter)_?[cC]olumns?(?:_\w+)?\(?\s*["'`:](\w+)["'`]?\s*,\s*(?:(?:sa\.)?Column\(\s*|new\s+\w+\(\s*\{?\s*(?:name:\s*)?)?["'`:](\w+)["'`]?(?:\s*,\s*(?:new_column_name\s*=\s*)?["'`:](\w+)["'`]?)?[^\n]*/g;
const COLUMN = new RegExp(
  [
    // note = Column("note", Text) / note: Mapped[str] = mapped_column(…) / note = models.TextField(…)
    `^[ \\t]*(\\w+)[ \\t]*(?::[^=\\n]+)?=[ \\t]*(?:\\w+\\.)*(?:Column|mapped_column|\\w+Field|ForeignKey|relationship)\\(\\s*(?:["'](\\w+)["'])?`,
    `\\bColumn\\(\\s*(?:name\\s*=\\s*)?["'](\\w+)["']`,
    // t.string('note') / t.string :note / Blueprint
    `(?<![\\w$])\\$?t(?:able)?(?:\\.|->)\\w+\\(?\\s*["'\`:](\\w+)`,
    // note: text('note') / @Column() note: string / note: { type: … }
    `[{,][ \\t]*["']?(\\w+)["']?:[ \\t]*[\\w.]+\\(\\s*(?:["'](\\w+)["'])?`,
    `^[ \\t]*(?:(?:public|private|protected|readonly|declare|val|var)[ \\t]+)*["']?(\\w+)["']?[!?]?:(?!:)[ \\t]*(?:\\w+\\(\\s*["'](\\w+)["'])?`,
    // private String note; / public string Note { get; set; }
    `^[ \\t]*(?:public|private|protected)[ \\t]+(?:final[ \\t]+|virtual[ \\t]+)?\\??[\\w<>?,.[\\] ]+?[ \\t]+\\$?(\\w+)[ \\t]*(?:[;=]|\\{[ \\t]*get)`,
    // Note string \`db:"note"\`
    `\\b(?:column:|db:"|json:"|HasColumnName\\(\\s*")(\\w+)`,
    `^[ \\t]+pub[ \\t]+(\\w+)[ \\t]*:`,
  ].join('|'),
  'gm',
);

export function modelsIn(source: string, path: string): Model[] {
  const found: Model[] = [];
  const add = (table: string, text: string, at: number, migration = false): void =>
    void found.push({ table, columns: columnsOf(text), line: source.slice(0, at).split('\n').length, text: words(text), migration });
  for (const match of source.matchAll(INSIDE)) add(picked(match), around(source, match.index), match.index);
  for (const match of source.matchAll(ABOVE)) add(picked(match), below(source, match.index), match.index);
  for (const match of source.matchAll(BY_CLASS)) {
    // Both: a step for the table knows the class, and SQL the table.
    for (const name of [picked(match), plural(snakeCase(picked(match))), snakeCase(picked(match))]) add(name, below(source, match.index), match.index);
  }
  for (const match of source.matchAll(DJANGO)) add(`${path.split('/').at(-2) ?? ''}_${picked(match).toLowerCase()}`, below(source, match.index), match.index);
  for (const match of source.matchAll(CALLED))
    add(picked(match), /^\s*\{/.test(source.slice(match.index + match[0].length)) ? below(source, match.index) : chain(source, match.index), match.index);
  for (const match of source.matchAll(STEP))
    add(picked(match), /^[^\n]*\bdo\b/.test(source.slice(match.index)) ? below(source, match.index) : chain(source, match.index), match.index, true);
  for (const match of source.matchAll(GO)) {
    const at = source.search(new RegExp(`\\btype\\s+${match[1] ?? ''}\\s+struct\\b`));
    add(match[2] ?? '', at < 0 ? '' : below(source, at), match.index);
  }
  for (const match of source.matchAll(COLUMN_STEP)) {
    const [text, table = '', column = '', other] = match;
    const both = other !== undefined && /^rename|new_column_name/.test(text);
    const columns: Columns = new Map([[column, text], ...(both ? [[other, text] as const] : [])]);
    found.push({ table, columns, line: source.slice(0, match.index).split('\n').length, text, migration: true });
  }
  if (path.endsWith('.prisma')) for (const match of source.matchAll(PRISMA)) addPrisma(found, match, source);
  return found;
}

/** The client says `order` for `Order`, the database `Order` or what @@map says. */
function addPrisma(found: Model[], match: RegExpMatchArray, source: string): void {
  const [, name = '', body = ''] = match;
  const columns: Columns = new Map();
  for (const [said, field = ''] of body.matchAll(/^[ \t]+(\w+)[ \t]+\w[^\n]*/gm)) {
    columns.set(field, words(said));
    const mapped = /(?<!@)@map\("(\w+)"\)/.exec(said)?.[1];
    if (mapped !== undefined) columns.set(mapped, words(said));
  }
  const mapped = /@@map\("(\w+)"\)/.exec(body)?.[1];
  const line = source.slice(0, match.index).split('\n').length;
  for (const table of new Set([name, name.charAt(0).toLowerCase() + name.slice(1), ...(mapped === undefined ? [] : [mapped])]))
    found.push({ table, columns, line, text: words(body), migration: false });
}

const picked = (match: RegExpMatchArray): string => match.slice(1).find((group) => group !== undefined) ?? '';
const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Every column with what stands before it since the last one: decorators, annotations. */
function columnsOf(text: string): Columns {
  const columns: Columns = new Map();
  let from = text.indexOf('\n') + 1;
  for (const match of text.matchAll(COLUMN)) {
    const end = text.indexOf('\n', match.index + match[0].length);
    const said = words(text.slice(Math.min(from, match.index), end < 0 ? undefined : end));
    for (const name of match.slice(1)) if (name !== undefined && name.length > 1) columns.set(name, `${columns.get(name) ?? ''}${said}`);
    from = end < 0 ? text.length : end;
  }
  return columns;
}

const depth = (line: string): number => /^\s*/.exec(line)?.[0].length ?? 0;

/** The class that a line stands in; over `class Meta` to the model. */
function around(source: string, at: number): string {
  const lines = source.split('\n');
  let first = source.slice(0, at).split('\n').length - 1;
  do {
    const own = depth(lines[first] ?? '');
    if (own === 0) break;
    while (first > 0 && ((lines[first] ?? '').trim() === '' || depth(lines[first] ?? '') >= own)) first--;
  } while (/^\s*class\s+Meta\b|^\s*\{\s*$/.test(lines[first] ?? ''));
  return block(lines, first);
}

/** The class, struct or block that begins behind this place, with the annotations between. */
function below(source: string, at: number): string {
  const lines = source.split('\n');
  return block(lines, source.slice(0, at).split('\n').length - 1);
}

function block(lines: readonly string[], first: number): string {
  const own = depth(lines[first] ?? '');
  let headed = false;
  let last = first;
  for (let i = first; i < lines.length && i < first + 400; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === '') continue;
    if (i > first && depth(line) < own) break;
    // Annotations and the opening bracket of their own line belong to the head.
    if (i > first && depth(line) === own) {
      if (/^\s*[)}\]]|^\s*end\b/.test(line)) return lines.slice(first, i + 1).join('\n');
      if (headed && !/^\s*\{/.test(line)) break;
    }
    if (depth(line) > own) headed = true;
    last = i;
  }
  return lines.slice(first, last + 1).join('\n');
}
