// Loads the runtime without one of its guards: its text is replaced as the file is read. To be called before the runtime is imported.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { GUARDS } from './guards.ts';
import type { Guard } from './guards.ts';

/** The file without the guard. Throws where the text that makes it up does not stand there exactly once. */
export function sourceWithout(guard: Guard): { url: string; source: string } {
  const { href: url } = new URL(`../../${guard.file}`, import.meta.url);
  let source = readFileSync(fileURLToPath(url), 'utf8');
  for (const [text, by] of guard.replace) {
    if (source.split(text).length !== 2) throw new Error(`The text of the guard "${guard.name}" stands not once in ${guard.file}: ${text}`);
    source = source.replace(text, () => by);
  }
  return { url, source };
}

export function takeOut(name: string): void {
  const guard = GUARDS.find((g) => g.name === name);
  if (!guard) throw new Error(`There is no guard "${name}". Known: ${GUARDS.map((g) => g.name).join(', ')}.`);
  const without = sourceWithout(guard);
  registerHooks({ load: (url, context, next) => (url === without.url ? { ...next(url, context), source: without.source } : next(url, context)) });
}
