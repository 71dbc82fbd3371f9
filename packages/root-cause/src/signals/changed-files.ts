// Errors that point at a file which a change touched. Pure.
import type { Change } from '../evidence.ts';
import type { LogBook } from '../logs/log-book.ts';
import type { Statement } from '../suspect.ts';

export type NamedFile = { change: Change; file: string; text: string };

/** Lines of the changed entity itself, in the incident. */
export function namedFiles(changes: readonly Change[], logs: LogBook): NamedFile[] {
  const withFiles = changes.filter(({ files }) => files.length > 0);
  if (withFiles.length === 0) return [];
  const lines = Map.groupBy(logs.entries.values(), (entry) => entry.entity);
  return withFiles.flatMap((change) =>
    change.files.flatMap((file) => {
      // A line that was written before the change as well does not come from it.
      const entry = lines.get(change.entity)?.find((e) => e.window > 0 && e.baseline === 0 && pointsAt(e.example, file));
      return entry === undefined ? [] : [{ change, file, text: entry.example.trim().slice(0, 200) }];
    }),
  );
}

export const namedSays = ({ change, file, text }: NamedFile): Statement => ({
  evidence: `logs.jsonl: ${change.entity}`,
  says: `An error names ${file}, which ${change.revision ?? change.what} changed: ${text}`,
});

/** What to look at where a change is the cause. */
export function checkOf(recent: readonly Change[], named: readonly NamedFile[]): string {
  const [first] = named;
  const change = first?.change ?? recent.at(-1);
  const files = first === undefined ? (change?.files ?? []) : [first.file];
  return `Read what ${change?.kind ?? 'the change'} ${change?.revision ?? change?.what ?? ''} changed${files.length === 0 ? '' : ` in ${files.slice(0, 3).join(', ')}`}.`;
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
