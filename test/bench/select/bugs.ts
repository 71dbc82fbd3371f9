// Bugs as people make them: one mistake, several in one function, or one in each of two functions; in code that tests execute. Pure.
import { applyEdits, type Edit, editsOf } from '@awo/mutation';

export type Bug = { kind: string; files: Record<string, string> };
/** `executed` has the lines of each file that some test executes by itself, not only by loading it. */
export async function* bugsOf(
  sources: ReadonlyMap<string, string>,
  executed: ReadonlyMap<string, ReadonlySet<number>>,
  random: () => number,
): AsyncGenerator<Bug> {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const all: { file: string; edit: Edit }[] = [];
  for (const [file, source] of sources)
    for (const edit of await editsOf(file, source)) if (edit.within !== null && executed.get(file)?.has(edit.line)) all.push({ file, edit });
  const kinds = [...new Set(all.map(({ edit }) => edit.operator))].sort();
  const used = new Set<string>();
  // By kind first: otherwise most would be what is most common in source.
  for (let tries = 0; tries < 5000; tries += 1) {
    const kind = pick(kinds);
    const first = pick(all.filter(({ edit }) => edit.operator === kind));
    if (!first) return;
    const shape = random();
    const near = (other: { file: string; edit: Edit }) => other.file === first.file && Math.abs(other.edit.line - first.edit.line) > 0;
    const also =
      shape < 0.6
        ? []
        : shape < 0.8
          ? [pick(all.filter((other) => near(other) && other.edit.within === first.edit.within))]
          : [pick(all.filter((other) => near(other) && other.edit.within !== first.edit.within && Math.abs(other.edit.line - first.edit.line) < 60))];
    const edits = [first, ...also.filter((one) => one !== undefined)];
    const key = edits.map(({ file, edit }) => `${file}:${edit.start}:${edit.text}`).join('|');
    if (used.has(key)) continue;
    used.add(key);
    const source = sources.get(first.file) ?? '';
    const text = applyEdits(
      source,
      edits.map(({ edit }) => edit),
    );
    const places = edits.length === 1 ? '' : shape < 0.8 ? ', and another in the function' : ', and another in a second function';
    if (text !== source) yield { kind: `${first.edit.operator}${places}`, files: { [first.file]: text } };
  }
}
