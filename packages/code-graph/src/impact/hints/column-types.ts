// Types that columns had before a change, by the SQL of the version before.
import type { Repository } from '@awo/repository';
import { MAX_BYTES } from '../../parse.ts';
import type { FileVersions } from '../file-change.ts';
import type { TypeBefore } from './migrations.ts';

const ALTERED = /\b(?:ALTER|MODIFY|CHANGE)(?:\s+COLUMN)?\s+["'`[]?(\w+)["'`\]]?\s+(?:SET\s+DATA\s+)?(?:TYPE\b|\w+)/gi;
const NAME = '["\'`\\[]?(?:\\w+["\'`\\]]?\\.["\'`\\[]?)?(\\w+)["\'`\\]]?';

/** Reads earlier migrations where a change alters a type, and nothing otherwise. */
export async function columnTypes(repository: Repository, base: string, changed: readonly FileVersions[]): Promise<TypeBefore> {
  const columns = new Set(
    changed.flatMap(({ after }) => [...(after ?? '').matchAll(ALTERED)].map((match) => match[1] ?? '')).filter((name) => name.length > 1),
  );
  if (columns.size === 0) return () => null;
  const paths = (await repository.grep(base, [...columns])).filter((path) => path.endsWith('.sql')).toSorted();
  const tree = new Map((await repository.tree(base)).map(({ path, blob }) => [path, blob]));
  const types = new Map<string, string>();
  for (const path of paths.slice(0, 300)) {
    const blob = tree.get(path);
    const text = blob === undefined ? null : await repository.read(blob, MAX_BYTES);
    if (text !== null) readTypes(text.toString('utf8'), types);
  }
  return (table, column) => types.get(`${table}.${column}`.toLowerCase()) ?? null;
}

/** CREATE TABLE and ADD or ALTER COLUMN, later ones over earlier ones. */
export function readTypes(sql: string, types: Map<string, string>): void {
  const text = sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  const set = (table: string, column: string, type: string): void => void types.set(`${table}.${column}`.toLowerCase(), type.trim().replaceAll(/\s+/g, ' '));
  const TYPE = '((?:double precision|character varying|timestamp(?: with(?:out)? time zone)?|\\w+)(?:\\s*\\([^)]*\\))?)';
  for (const match of text.matchAll(new RegExp(`CREATE\\s+TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?${NAME}\\s*\\(([\\s\\S]*?)\\)\\s*(?:;|ENGINE|WITH|$)`, 'gi')))
    for (const column of (match[2] ?? '').matchAll(new RegExp(`(?:^|,)\\s*["'\`\\[]?(\\w+)["'\`\\]]?\\s+${TYPE}`, 'gi')))
      set(match[1] ?? '', column[1] ?? '', column[2] ?? '');
  for (const match of text.matchAll(new RegExp(`ALTER\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+|ONLY\\s+)*${NAME}\\s+([^;]*)`, 'gi')))
    for (const column of (match[2] ?? '').matchAll(
      new RegExp(
        `(?:ADD|ALTER|MODIFY)(?:\\s+COLUMN)?\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?["'\`\\[]?(\\w+)["'\`\\]]?\\s+(?:(?:SET\\s+DATA\\s+)?TYPE\\s+)?${TYPE}`,
        'gi',
      ),
    ))
      if (!/^(SET|DROP|TYPE|CONSTRAINT)$/i.test(column[2] ?? '') && !/^(CONSTRAINT|UNIQUE|CHECK|FOREIGN|PRIMARY|INDEX|KEY|COLUMN)$/i.test(column[1] ?? ''))
        set(match[1] ?? '', column[1] ?? '', column[2] ?? '');
}

/** The column or table that a statement takes away; null where its name is too short to be looked for. */
export function namesOfSteps(statement: string): string | null {
  const column = /\bDROP\s+(?:COLUMN\s+)?(?:IF\s+EXISTS\s+)?["'`[]?(\w+)["'`\]]?/i.exec(statement.replace(/^DROP\s+TABLE/i, ' '));
  const table = new RegExp(`^DROP\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?${NAME}`, 'i').exec(statement);
  const call = /(?:drop_column|remove_column|dropColumn|removeColumn)\(?\s*[:"'`]\w+["'`]?,\s*[:"'`](\w+)|(?:drop_table|dropTable)\w*\(?\s*[:"'`](\w+)/.exec(
    statement,
  );
  const name = table?.[1] ?? call?.[1] ?? call?.[2] ?? (/^ALTER/i.test(statement) ? column?.[1] : undefined);
  return name !== undefined && name.length >= 3 ? name : null;
}
