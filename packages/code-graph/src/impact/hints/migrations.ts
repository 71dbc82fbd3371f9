// Statements of schema migrations, in SQL and in the words of migration tools: what the version before survives, and what can be taken back. Pure.
import type { MigrationStep } from '@awo/contracts';
import type { FileVersions } from '../file-change.ts';

const MIGRATION = /(^|\/)(migrations?|migrate|alembic|versions|db|prisma|flyway|liquibase|changelog|schema)\/|\.sql$/i;
const DOWN_FILE = /(\.|_)down\.|\/down\.sql$|\/U\d[\w.]*__|rollback/i;

export const isMigration = ({ diff: { path } }: FileVersions): boolean =>
  MIGRATION.test(path) && /\.(sql|py|rb|[mc]?[jt]s|php|java|kt|xml|ya?ml|cs|go)$/.test(path);

type Verdict = Pick<MigrationStep, 'kind' | 'reversible' | 'because'>;
const expand = (because: string): Verdict => ({ kind: 'expand', reversible: 'yes', because });
const contract = (because: string, reversible: MigrationStep['reversible'] = 'no'): Verdict => ({ kind: 'contract', reversible, because });
const unknown = (because: string): Verdict => ({ kind: 'unknown', reversible: 'unknown', because });

/** `typeBefore`: the type that a column had, where an earlier migration says it. */
export type TypeBefore = (table: string, column: string) => string | null;

/** The steps that a changed file adds. Down steps and comments are none. */
export function migrationSteps({ diff, before, after }: FileVersions, typeBefore: TypeBefore): MigrationStep[] {
  if (after === null || DOWN_FILE.test(diff.path)) return [];
  const known = new Set(statements(before ?? '', diff.path).map(({ text }) => text));
  const fresh = statements(after, diff.path).filter(({ text }) => !known.has(text));
  const made = new Set(fresh.flatMap(({ text }) => madeTable(text) ?? []));
  return fresh.flatMap(({ text, line }) => {
    const verdict =
      made.has(tableOf(text) ?? ' ') && !madeTable(text) ? expand(`${tableOf(text)} is new in the same change: nobody uses it yet`) : judge(text, typeBefore);
    return verdict ? [{ file: diff.path, at: `${diff.path}:${line}`, statement: text.slice(0, 200), ...verdict }] : [];
  });
}

const NAME = '["\'`\\[]?(?:\\w+["\'`\\]]?\\.["\'`\\[]?)?(\\w+)["\'`\\]]?';
const madeTable = (text: string): string | undefined =>
  (
    new RegExp(`^CREATE (?:TEMP(?:ORARY)? |UNLOGGED )?TABLE (?:IF NOT EXISTS )?${NAME}`, 'i').exec(text)?.[1] ??
    /\b(?:create_table|createTable|CreateModel)\(?\s*[:"'`]?(?:name=)?["']?(\w+)/.exec(text)?.[1]
  )?.toLowerCase();
const tableOf = (text: string): string | undefined =>
  (new RegExp(`\\b(?:TABLE|ON|INTO|UPDATE|FROM) (?:IF EXISTS |ONLY )*${NAME}`, 'i').exec(text)?.[1] ?? /\(\s*[:"'`](\w+)/.exec(text)?.[1])?.toLowerCase();

/** One statement each, blanks made single; the part that undoes is left out. */
function statements(source: string, path: string): { text: string; line: number }[] {
  const up = source
    .replace(
      /^--\s*(?:\+goose\s+Down|migrate:down|\+migrate\s+Down|rollback\b)[\s\S]*?(?=^--\s*(?:\+goose\s+Up|migrate:up|\+migrate\s+Up)|(?![\s\S]))/gim,
      blank,
    )
    .replace(/^(?:async\s+)?def\s+(?:downgrade|down)\b[^\n]*\n(?:[ \t]+[^\n]*\n?|\n)*/gm, blank)
    .replace(/^(?:exports\.down\b|export\s+(?:const|async\s+function|function)\s+down\b|module\.exports\.down\b)[\s\S]*?^\}?\)?;?\}?\s*$/gm, blank)
    .replace(
      /^[ \t]+(?:public\s+)?(?:async\s+)?(?:function\s+|override\s+void\s+)?(?:down|Down)\s*(?::\s*(?:async\s*)?)?\([^)]*\)[^{\n]*\{[\s\S]*?^[ \t]{0,4}\}/gm,
      blank,
    )
    .replace(/<rollback>[\s\S]*?<\/rollback>|^[ \t]+-?\s*rollback:[\s\S]*?(?=^\S|(?![\s\S]))/gm, blank);
  const text = up.replaceAll(/\/\*[\s\S]*?\*\/|--[^\n]*/g, blank);
  const line = (at: number): number => text.slice(0, at).split('\n').length;
  const plain = (part: string): string => part.replaceAll(/\s+/g, ' ').trim();
  if (path.endsWith('.sql')) {
    const found: { text: string; line: number }[] = [];
    for (const match of text.matchAll(/(?:\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'|"[^"]*"|[^;'"$]|\$)+/g)) {
      const start = match.index + (/^\s*/.exec(match[0])?.[0].length ?? 0);
      // Several actions of one ALTER TABLE are several steps.
      const head = new RegExp(`^(ALTER TABLE (?:IF EXISTS )?(?:ONLY )?${NAME}) `, 'i').exec(plain(match[0]))?.[1];
      const parts = head === undefined ? [plain(match[0])] : splitTop(plain(match[0]).slice(head.length)).map((part) => `${head} ${part.trim()}`);
      for (const one of parts) if (one !== '') found.push({ text: one, line: line(start) });
    }
    return found;
  }
  const found: { text: string; line: number }[] = [];
  for (const match of text.matchAll(/["'`]{1,3}\s*((?:CREATE|ALTER|DROP|TRUNCATE|RENAME|UPDATE|DELETE|INSERT)\s[^"`]*)["'`]/gi))
    found.push(...statements(`${match[1] ?? ''};`, 'a.sql').map((one) => ({ ...one, line: line(match.index) })));
  for (const match of text.matchAll(TOOL))
    found.push({ text: plain(text.slice(match.index, callEnd(text, match.index))).slice(0, 400), line: line(match.index) });
  return found;
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "'") quoted = !quoted;
    if (quoted) continue;
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) [start] = [i + 1, parts.push(text.slice(start, i))];
  }
  return [...parts, text.slice(start)];
}

/** Calls of Alembic, Django, Rails, Knex, Sequelize, TypeORM, Laravel, EF and Liquibase. */
const TOOL =
  /\b(?:op\.(?:drop|add|alter|rename|create|batch)_\w+|migrations\.(?:RemoveField|DeleteModel|RenameField|RenameModel|AlterField|AddField|CreateModel|AddIndex|AddConstraint|RunSQL|RunPython|AlterUniqueTogether)|(?:drop|remove|rename|change|add|create)_(?:table|column|columns|index|reference|column_null|foreign_key|check_constraint)|(?:\w+\.)?(?:drop|remove|rename|change|add|create)(?:Table|Column|Columns|Index|ForeignKey|Constraint)|(?:\w+\.)?(?:dropTableIfExists|notNullable)|<(?:drop|rename|add|create|modify)(?:Table|Column|DataType|NotNullConstraint|Index)|(?:drop|rename|add|create|modify)(?:Table|Column|DataType|NotNullConstraint):)/g;

function callEnd(text: string, at: number): number {
  const line = text.indexOf('\n', at);
  const open = text.slice(at, line < 0 ? undefined : line).search(/[(<]/);
  if (open < 0) return line < 0 ? text.length : line;
  let depth = 0;
  for (let i = at + open; i < Math.min(text.length, at + 2000); i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return /^[^\n;]*/.exec(text.slice(i))?.[0].length ? i + (/^[^\n;]*/.exec(text.slice(i))?.[0].length ?? 0) : i + 1;
    if (depth === 0 && text[i] === '>') return i;
  }
  return line < 0 ? text.length : line;
}

function judge(text: string, typeBefore: TypeBefore): Verdict | null {
  const sql = /^(CREATE|ALTER|DROP|TRUNCATE|RENAME|UPDATE|DELETE|INSERT|MERGE)\b/i.test(text);
  if (sql) return judgeSql(text, typeBefore);
  return /\b(?:op|migrations|t|table|knex|queryInterface|queryRunner|Schema)?\.?\w+\s*[(:<\s]/.test(text) ? judgeTool(text) : null;
}

function judgeSql(text: string, typeBefore: TypeBefore): Verdict | null {
  const is = (pattern: RegExp): boolean => pattern.test(text);
  if (is(/^DROP (TABLE|VIEW|MATERIALIZED VIEW|SCHEMA|DATABASE|TYPE|SEQUENCE|FUNCTION|TRIGGER|PROCEDURE)\b/i))
    return contract('what is dropped is gone, with what it holds');
  if (is(/^DROP INDEX\b/i)) return expand('an index can be made again');
  if (is(/^TRUNCATE\b|^DELETE FROM\b/i)) return contract('rows that are deleted are gone');
  if (is(/^CREATE (?:OR REPLACE )?UNIQUE INDEX\b/i)) return contract('the old version may write what is refused from now on', 'yes');
  if (is(/^CREATE OR REPLACE\b/i)) return unknown('it replaces what the old version may use');
  if (is(/^CREATE\b/i)) return expand('something new, which the old version does not know');
  if (is(/^RENAME TABLE\b|^ALTER \w+ \S+ RENAME\b|\bRENAME (TO|COLUMN|\w+ TO)\b/i)) return contract('the old version asks for the old name', 'yes');
  if (
    is(
      /\bDROP (COLUMN\b|(?!CONSTRAINT|DEFAULT|NOT NULL|INDEX|KEY|FOREIGN|PRIMARY|CHECK|EXPRESSION|IDENTITY)(?:IF EXISTS )?["'`[]?\w+["'`\]]?(?: CASCADE| RESTRICT)?$)/i,
    ) &&
    is(/^ALTER TABLE/i)
  )
    return contract('what is dropped is gone, with what it holds');
  if (is(/\bDROP (CONSTRAINT|INDEX|KEY|FOREIGN KEY|PRIMARY KEY|CHECK)\b/i))
    return { kind: 'expand', reversible: 'unknown', because: 'rows that it would refuse may be there when it comes back' };
  if (is(/\bDROP NOT NULL\b/i)) return { kind: 'unknown', reversible: 'unknown', because: 'the old version may meet a null where there was none' };
  if (is(/\bSET NOT NULL\b/i)) return contract('the old version may write a null', 'yes');
  if (is(/\bDROP DEFAULT\b/i)) return contract('the old version may leave the value out', 'yes');
  if (is(/\bSET DEFAULT\b/i)) return expand('a default only fills in what is left out');
  if (is(/\bADD (CONSTRAINT|UNIQUE|CHECK|FOREIGN KEY|PRIMARY KEY)\b/i))
    return is(/\bNOT VALID\b/i) && !is(/UNIQUE|PRIMARY/i)
      ? unknown('new rows of the old version are held against it')
      : contract('the old version may write what is refused from now on', 'yes');
  if (is(/^ALTER TYPE \S+ ADD VALUE\b/i))
    return { kind: 'unknown', reversible: 'no', because: 'the old version may meet a value that it does not know, and a value cannot be taken out' };
  if (is(/^ALTER TABLE .*\bADD\b/i) && !is(/\bADD (INDEX|KEY)\b/i))
    return is(/\bNOT NULL\b/i) && !is(/\bDEFAULT\b|\bGENERATED\b|\b(BIG|SMALL)?SERIAL\b|AUTO_?INCREMENT|IDENTITY/i)
      ? contract('NOT NULL without a default: rows that the old version writes are refused', 'yes')
      : expand('a new column that may be left out');
  if (is(/\bADD (INDEX|KEY)\b/i)) return expand('an index can be dropped again');
  const typed = new RegExp(
    `^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?${NAME} (?:ALTER|MODIFY|CHANGE)(?: COLUMN)? ${NAME} (?:SET DATA |\\w+ )?(?:TYPE )?(.*)$`,
    'i',
  ).exec(text);
  if (typed && is(/\b(TYPE|MODIFY|CHANGE)\b/i)) return judgeType(typeBefore(typed[1] ?? '', typed[2] ?? ''), (typed[3] ?? '').replace(/ USING .*$/i, ''));
  if (is(/^(INSERT|UPDATE|MERGE)\b/i)) return unknown('it changes data: what was there before is not kept');
  return unknown('what it does to the old version is not known');
}

const RANKS = [
  ['smallint', 'int2', 'smallserial', 'tinyint'],
  ['int', 'integer', 'int4', 'serial', 'mediumint'],
  ['bigint', 'int8', 'bigserial'],
  ['numeric', 'decimal'],
];
const FLOATS = [
  ['real', 'float4', 'float'],
  ['double', 'float8'],
];
const TEXTS = [
  ['char', 'character', 'bpchar'],
  ['varchar', 'character varying', 'nvarchar'],
  ['text', 'clob', 'mediumtext', 'longtext'],
];

function judgeType(from: string | null, to: string): Verdict {
  if (from === null) return unknown('the type that the column had is not known');
  const words = `from ${from} to ${to}`;
  const base = (type: string): string =>
    type
      .toLowerCase()
      .replace(/\(.*$/, '')
      .replace(/ (precision|varying|not|null|default|with|without).*$/, '')
      .trim();
  const size = (type: string): number => Number(/\((\d+)/.exec(type)?.[1] ?? Number.POSITIVE_INFINITY);
  for (const ranks of [RANKS, FLOATS, TEXTS]) {
    const [a, b] = [from, to].map((type) => ranks.findIndex((group) => group.includes(base(type))));
    if (a === undefined || b === undefined || a < 0 || b < 0) continue;
    const narrower = ranks === TEXTS ? size(to) < size(from) : b < a || (a === b && size(to) < size(from));
    return narrower
      ? contract(`the type is narrower (${words}): values may not fit, and what is cut off is gone`)
      : { ...expand(`the type is wider (${words})`), reversible: 'unknown' };
  }
  return base(from) === base(to) ? expand(`the type stays ${from}`) : contract(`the type is another (${words})`);
}

function judgeTool(text: string): Verdict {
  const is = (pattern: RegExp): boolean => pattern.test(text);
  const required =
    is(/nullable\s*=\s*False|null:\s*false|null=False|allowNull:\s*false|notNullable\(\)|isNullable:\s*false|nullable="false"|constraints:.*nullable: false/) ||
    (is(/migrations\.AddField/) && !is(/null=True/) && !is(/default=/));
  const filled = is(/server_default|default[=:(]|defaultTo\(|defaultValue|default_value|db_default/i);
  if (is(/^<?\W?(?:\w+\.)?(?:drop_?(?:table|column|columns|TableIfExists)|remove_?(?:column|columns|reference)|RemoveField|DeleteModel)/i))
    return contract('what is dropped is gone, with what it holds');
  if (is(/^<?(?:\w+\.)?(?:rename_?\w*|Rename\w+)/i)) return contract('the old version asks for the old name', 'yes');
  if (is(/^<?(?:\w+\.)?(?:drop|remove)_?(?:index|constraint|foreign_?key)/i))
    return { kind: 'expand', reversible: 'unknown', because: 'rows that it would refuse may be there when it comes back' };
  if (
    is(
      /unique\s*[=:]\s*true|create_unique_constraint|AddConstraint|AlterUniqueTogether|add_check_constraint|addConstraint|create_check_constraint|create_foreign_key|add_foreign_key|addForeignKey|addNotNullConstraint/i,
    )
  )
    return contract('the old version may write what is refused from now on', 'yes');
  if (is(/^<?(?:\w+\.)?(?:add_?column|AddField|add_?reference)/i))
    return required && !filled
      ? contract('NOT NULL without a default: rows that the old version writes are refused', 'yes')
      : expand('a new column that may be left out');
  if (is(/^<?(?:\w+\.)?(?:create|Create|add_?index|AddIndex)/)) return expand('something new, which the old version does not know');
  if (is(/change_column_null\([^)]*false|notNullable/)) return contract('the old version may write a null', 'yes');
  return unknown(is(/RunSQL|RunPython/) ? 'what it runs is not looked into' : 'what it does to the old version is not known');
}
