// Who finds a file by a pattern when it runs: the patterns of a commit, held against paths. Pure.
import { classify } from './classify.ts';
import type { Edge } from './graph.ts';
import type { ImportRef } from './parsed.ts';
import { dirname, isUnder, joinPath, type TreeIndex } from './tree-index.ts';

/** `from` reads what fits `glob` below `within`. `floating`: at any depth. `dataOnly`: nothing says what is read, so code is not meant. */
export type PatternReader = { from: string; line: number; text: string; glob: string; within: string; floating: boolean; dataOnly: boolean };

export function patternReader(index: TreeIndex, ref: ImportRef, from: string, isTest: boolean): PatternReader {
  const anchored = ref.spec.startsWith('.') ? joinPath(dirname(from), ref.spec) : null;
  const reader = { from, line: ref.line, text: ref.spec };
  // A folder that is not there was understood wrongly: then the names alone count.
  if (anchored !== null && index.folders.has(fixedFolder(anchored)))
    return { ...reader, glob: anchored, within: '.', floating: false, dataOnly: fixedFolder(anchored) === '.' && ONLY_STARS.test(anchored) };
  const glob = ref.spec.replace(/^(?:\.{1,2}\/)+/, '');
  const bare = fixedFolder(glob) === '.' && /[*?]/.test(glob.slice(glob.lastIndexOf('/') + 1));
  // Whole repositories are searched by tests and tools; what is released searches its own unit.
  const everywhere = !bare || (isTest && ref.wide === true);
  return { ...reader, glob, within: everywhere ? '.' : (index.ownerOf(from) ?? '.'), floating: true, dataOnly: ONLY_STARS.test(glob) };
}

const ONLY_STARS = /^[*?/]*$/;

/** The folder before the first part that is computed. */
function fixedFolder(glob: string): string {
  const parts = glob.split('/');
  const computed = parts.findIndex((part) => /[*?{[]/.test(part));
  return parts.slice(0, computed < 0 ? -1 : computed).join('/') || '.';
}

const compiled = new WeakMap<PatternReader, RegExp>();

/** Edges to `path` from whoever's pattern it fits. */
export function readersOf(readers: readonly PatternReader[], path: string): Edge[] {
  const found: Edge[] = [];
  for (const reader of readers) {
    if (reader.from === path || !isUnder(path, reader.within)) continue;
    let regex = compiled.get(reader);
    if (!regex) compiled.set(reader, (regex = new RegExp(`${reader.floating ? '(?:^|/)' : '^'}${regexOf(reader.glob)}$`)));
    if (!regex.test(path) || (reader.dataOnly && /^(?:code|docs|test|manifest|lockfile)$/.test(classify(path, null)))) continue;
    found.push({ from: reader.from, to: path, line: reader.line, text: reader.text, how: 'pattern' });
  }
  return found;
}

/** `**`, `*`, `?`, `{a,b}`; brackets stand for one character. */
function regexOf(glob: string): string {
  return glob.replaceAll(/\*\*\/|\*\*|\*|\?|\{[^{}/]*\}|\[[^\]/]*\]|[\\^$.+()[\]{}|]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?' || /^\[.+\]$/.test(part)) return '[^/]';
    if (/^\{.+\}$/.test(part)) return `(?:${part.slice(1, -1).split(',').map(regexOf).join('|')})`;
    return `\\${part}`;
  });
}
