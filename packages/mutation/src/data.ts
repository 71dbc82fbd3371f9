// The small mistakes that can be made in files of settings and schemas, line by line: another value, another name. Pure.
import { type Edit, type Found, placed } from './edit.ts';

/** `key: value`, `"key": value,`, `KEY=value`, `- key: value`, `ENV KEY=value`. */
const SETTING = /^([ \t]*(?:-[ \t]+)?(?:export[ \t]+|ENV[ \t]+|ARG[ \t]+)?["']?)([A-Za-z_][\w.-]*)(["']?[ \t]*(?:=|:(?=\s|$))[ \t]*)([^\n]*)$/gm;
/** `string name = 1;`, `name: String!`, `name TEXT NOT NULL`: a field of protobuf, GraphQL, SQL. */
const FIELDS: Readonly<Record<string, RegExp>> = {
  proto: /^([ \t]+(?:repeated[ \t]+|optional[ \t]+)?[\w.<>, ]+?[ \t]+)([a-z]\w*)([ \t]*=[ \t]*\d+[ \t]*[;[])/gm,
  graphql: /^([ \t]+)([a-z]\w*)((?:\([^)]*\))?[ \t]*:[ \t]*\[?[A-Z]\w*)/gm,
  sql: /^([ \t]+["'`]?)([a-z_]\w*)(["'`]?[ \t]+(?:TEXT|VARCHAR|CHAR|INT|INTEGER|BIGINT|SMALLINT|SERIAL|BIGSERIAL|NUMERIC|DECIMAL|REAL|DOUBLE|BOOLEAN|DATE|TIMESTAMP|TIMESTAMPTZ|JSON|JSONB|UUID|BLOB)\b)/gim,
};

export function dataEdits(source: string, language: string): Edit[] {
  const found: Found[] = [];
  const renamed = (start: number, name: string): void => void found.push({ operator: 'name-changed', start, end: start + name.length, text: `${name}Changed` });
  const fields = FIELDS[language];
  if (fields) {
    for (const match of source.matchAll(fields)) renamed(match.index + (match[1]?.length ?? 0), match[2] ?? '');
    return placed(source, found, []);
  }
  for (const match of source.matchAll(SETTING)) {
    const [, before = '', name = '', sign = '', rest = ''] = match;
    const at = match.index + before.length;
    renamed(at, name);
    const value = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,#{}[\]&*!|>"'][^,#\n]*?)(?=\s*(?:,|#|$))/.exec(rest)?.[0];
    const other = value === undefined ? null : changed(value);
    const start = at + name.length + sign.length;
    if (value !== undefined && other !== null) found.push({ operator: 'value-changed', start, end: start + value.length, text: other });
  }
  return placed(source, found, []);
}

function changed(value: string): string | null {
  if (/^-?\d+(\.\d+)?$/.test(value)) return String(Number(value) + 1);
  if (/^(true|false)$/i.test(value)) return /^true$/i.test(value) ? 'false' : 'true';
  const quoted = /^(["'])(.*)\1$/.exec(value);
  if (quoted) return /^-?\d+$/.test(quoted[2] ?? '') ? `${quoted[1]}${Number(quoted[2]) + 1}${quoted[1]}` : `${quoted[1]}${quoted[2]}Changed${quoted[1]}`;
  return /^[\w.:/@-]+$/.test(value) ? `${value}Changed` : null;
}
