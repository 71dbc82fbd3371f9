// Tables: made and altered by migrations and models, read and written by SQL and ORM code. Pure.
import { type Detector, escaped, firstLine, signalsOf, withoutComments } from './detector.ts';

const QUOTE = '["\'`\\[]?';
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

export const table: Detector = {
  kind: 'table',
  signals: (source) => signalsOf(source.replaceAll(/^\s*(?:--|\/\/).*$/gm, ''), MADE, (match) => match.slice(1).find((group) => group !== undefined)),
  needle: (name) => (name.length >= 3 ? name : null),
  answer(name, { source }) {
    const n = escaped(name);
    const text = withoutComments(source);
    const found = firstLine(
      text,
      new RegExp(
        `\\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\\s+(?:ONLY\\s+)?(?:${QUOTE}\\w+${QUOTE}\\.)?${QUOTE}${n}\\b|(?:table|from|into|knex|db|Table)\\w*\\(\\s*["'\`]${n}["'\`]|tableName:\\s*["']${n}["']|__tablename__\\s*=\\s*["']${n}["']|\\b(?:pg|mysql|sqlite)Table\\(\\s*["']${n}["']`,
        'i',
      ),
    );
    return found && { line: found.line, confidence: 0.8, text: `uses the table ${name}` };
  },
  additionsMatter: true,
  blocks: true,
};
