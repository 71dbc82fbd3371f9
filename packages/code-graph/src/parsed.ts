// What parsing one file gives, whatever its language. Pure.

/**
 * One mention of another file in source text.
 * `import`: the language's own import. `mention`: a string that looks like a path. `folder`: something in that folder, the name is computed.
 * `computed`: an import whose name is not in the source at all. `pattern`: files found by a walk or a glob, see parse-patterns.ts.
 */
export type ImportRef = { how: 'import' | 'mention' | 'folder' | 'computed' | 'pattern'; spec: string; line: number; names?: string[]; wide?: true };

/** Languages that find each other by names instead of paths. */
export type Family = 'jvm' | 'csharp' | 'php' | 'ruby';

/**
 * What a file of such a language declares and says. Names are joined by dots whatever the language writes.
 * `own`: namespaces that the file is in; `opens`: those that it takes names from; `shared`: those that it opens for the whole unit.
 * `uses`: names with the line of their first use, as `Name:12 a.b.Name:14`.
 */
export type Space = { family: Family; own: string[]; opens: string[]; shared: string[]; declares: string[]; aliases: [string, string][]; uses: string };

/** `ok` false: the text could not be understood; `imports` then holds what was found all the same. */
export type Parsed = { ok: boolean; imports: ImportRef[]; space?: Space };

export const UNPARSABLE: Parsed = { ok: false, imports: [] };

/** Lines by offset, for offsets that mostly grow. */
export function lineCounter(source: string): (offset: number) => number {
  let at = 0;
  let line = 1;
  return (offset) => {
    if (offset < at) [at, line] = [0, 1];
    for (let next = source.indexOf('\n', at); next >= 0 && next < offset; next = source.indexOf('\n', at)) {
      at = next + 1;
      line++;
    }
    return line;
  };
}

const PATH_STRING = /(["'`])((?:[\w@.~-]+\/)*[\w@.~-]+\.[A-Za-z][A-Za-z0-9]{0,9})\1/g;

/** Strings that look like a path with an ending: how code names files that it reads. Which of them exist is for the resolver to say. */
export function mentions(source: string): ImportRef[] {
  const line = lineCounter(source);
  const found: ImportRef[] = [];
  const seen = new Set<string>();
  for (const match of source.matchAll(PATH_STRING)) {
    const spec = match[2] ?? '';
    if (seen.has(spec) || spec.length > 200) continue;
    seen.add(spec);
    found.push({ how: 'mention', spec, line: line(match.index) });
  }
  return found;
}
