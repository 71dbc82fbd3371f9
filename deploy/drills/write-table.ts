// Writes a table into a page, between two marks that bear its name.
import { readFileSync, writeFileSync } from 'node:fs';

/** `table`: gets what stood there. Throws where the page has no such place. */
export function writeTable(page: string, name: string, table: (before: string) => string): void {
  const text = readFileSync(page, 'utf8');
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [a, b] = [text.indexOf(from), text.indexOf(to)];
  if (a < 0 || b < a) throw new Error(`${page} has no place for the table, between ${from} and ${to}.`);
  const begin = a + from.length;
  writeFileSync(page, `${text.slice(0, begin)}\n\n${table(text.slice(begin, b))}\n\n${text.slice(b)}`);
}
