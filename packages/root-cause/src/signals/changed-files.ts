// Errors that point at a file which a change touched. Pure.
import type { Change } from '../evidence.ts';
import type { LogBook } from '../logs/log-book.ts';
import type { Statement } from '../suspect.ts';

export type NamedFile = { entity: string; file: string; text: string; changes: Change[] };

/** Lines of the changed entity itself, in the incident. */
export function namedFiles(changes: readonly Change[], logs: LogBook): NamedFile[] {
  const withFiles = changes.filter(({ files }) => files.length > 0);
  if (withFiles.length === 0) return [];
  const lines = Map.groupBy(logs.entries.values(), (entry) => entry.entity);
  return [...Map.groupBy(withFiles, (change) => change.entity)].flatMap(([entity, own]) =>
    [...new Set(own.flatMap((change) => change.files))].flatMap((file) => {
      // A line that was written before the change as well does not come from it.
      const entry = lines.get(entity)?.find((e) => e.window > 0 && e.baseline === 0 && pointsAt(e.example, file));
      const touching = own.filter((change) => change.files.includes(file));
      return entry === undefined ? [] : [{ entity, file, text: entry.example.trim().slice(0, 200), changes: touching }];
    }),
  );
}

const SHOWN = 3;
const list = (words: readonly string[]): string => [...new Set(words)].slice(0, SHOWN).join(', ');
const revisions = (changes: readonly Change[]): string => list(changes.map((c) => c.revision ?? c.what));

export const namedSays = ({ entity, file, text, changes }: NamedFile): Statement => ({
  evidence: `logs.jsonl: ${entity}`,
  says: `An error names ${file}, which ${revisions(changes)} changed: ${text}`,
});

/** What to look at where a change is the cause. */
export function checkOf(recent: readonly Change[], named: readonly NamedFile[]): string {
  const last = recent.filter((c) => c.t === recent.at(-1)?.t);
  const [changes, files] = named.length > 0 ? [named.flatMap((n) => n.changes), named.map((n) => n.file)] : [last, last.flatMap((c) => c.files)];
  const several = new Set(changes.map((c) => c.revision ?? c.what)).size > 1;
  return `Read what ${changes[0]?.kind ?? 'change'}${several ? 's' : ''} ${revisions(changes)} changed${files.length === 0 ? '' : ` in ${list(files)}`}.`;
}

/** By path with a line number, or as a stack frame of Node, Python, Go or Java would. */
function pointsAt(text: string, file: string): boolean {
  for (let from = text.indexOf(file); from !== -1; from = text.indexOf(file, from + 1)) {
    const before = from === 0 ? '/' : (text[from - 1] ?? '');
    const after = text.slice(from + file.length);
    // `src/cart.ts` must not match `other-src/cart.ts`, and a name without a line is no frame.
    if (/[\s/("'`[]/.test(before) && /^(?::\d+|["'`]?,? line \d+)/.test(after)) return true;
  }
  return javaFrame(text, file);
}

/** `at shop.Cart.add(Cart.java:12)` names no directory. */
function javaFrame(text: string, file: string): boolean {
  const name = file.split('/').at(-1) ?? file;
  return /\.(java|kt|scala)$/.test(name) && text.includes(`(${name}:`);
}
