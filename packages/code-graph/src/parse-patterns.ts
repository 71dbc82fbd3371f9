// Files that code finds when it runs, by a walk, a listing or a glob: which pattern they fit, as far as the source says. Pure.
import { endOfExpression, isGlob, placesOf, receiverBefore } from './path-expressions.ts';
import { type ImportRef, lineCounter } from './parsed.ts';

/** Calls that list or match files, in any language. */
const CALL =
  /(?<![\w$])(?:r?glob|iglob|[Gg]lob(?:Sync|Iterate|Stream)?|globby(?:Sync)?|fg|fastGlob|readdir(?:Sync)?|opendir(?:Sync)?|scandir(?:Sync)?|listdir|iterdir|walk\w*|Walk(?:Dir)?(?:::new)?|ReadDir|read_dir|listFiles|list_files|newDirectoryStream|EnumerateFiles|GetFiles|RecursiveDirectoryIterator|Dir\.(?:children|each_child|entries|glob)|require\.context)(?:\.\w+)?\s*\(|\bDir(?=\[)/g;
const GLOBS = /glob|fg|Glob|GetFiles|EnumerateFiles|context|Dir$/;
/** A string that is a glob of files wherever it stands: with a folder or an ending, so that a route or a subject is none. */
const GLOB_TEXT = /(["'`])((?:[\w.@-]+\/|\*{1,2}\/|\.{1,2}\/)*(?:[\w@.-]*\*[\w.*-]*\.(?:\w{1,10}|\{[\w,]+\})|\*\*\/[\w@.-]+\.(?:\w{1,10}|\{[\w,]+\})))\1/g;
/** More than this in one file is generated. */
const MOST = 40;

/**
 * `spec` starts with a dot where the folder is known from the file's own place; otherwise it fits at any depth.
 * `wide`: the code climbs out of its unit, so that a bare ending may be meant anywhere.
 */
export function patternsOf(source: string): ImportRef[] {
  const line = lineCounter(source);
  const found = new Map<string, ImportRef>();
  const add = (spec: string, offset: number, wide: boolean): void => {
    if (found.size < MOST && spec.length <= 200 && !found.has(spec)) found.set(spec, { how: 'pattern', spec, line: line(offset), ...(wide ? { wide } : {}) });
  };
  for (const match of source.matchAll(CALL)) {
    const open = match.index + match[0].length;
    const args = source.slice(open, endOfExpression(source, open, 400, ''));
    const before = receiverBefore(source, match.index);
    if (/^(?:ast|node|tree|estree)$/i.test(before)) continue;
    const globs = GLOBS.test(match[0]);
    // What is called for each file stands beside the folder.
    const said = globs ? startFirst(args) : args.slice(0, endOfExpression(args, 0, 400, ','));
    // Bundlers start at the file's own folder.
    const relative = match[0].startsWith('require.context') || before === 'import.meta';
    for (const place of placesOf(`${relative ? '__dirname' : before} ${said}`, source)) {
      const { base, segments, wide } = place;
      const known = base !== null || segments.length > 0;
      // Trees of syntax are walked as well; who walks folders lists them somewhere.
      if (!known && match[0].startsWith('walk')) continue;
      const prefix = base === null ? '' : base === 0 ? './' : '../'.repeat(base);
      const last = segments.at(-1) ?? '';
      if (globs && segments.some(isGlob)) add(prefix + (match[0].startsWith('rglob') ? deep(segments) : segments).join('/'), match.index, wide);
      else if (globs && !relative && /\.\w+$/.test(last)) add(prefix + deep(segments).join('/'), match.index, wide);
      else for (const ending of endingsNear(source, match.index)) add(`${prefix}${[...segments, '**', `*${ending}`].join('/')}`, match.index, wide);
    }
  }
  for (const match of source.matchAll(GLOB_TEXT)) {
    const spec = (match[2] ?? '').replace(/^(?:\.{1,2}\/)+/, '');
    if (![...found.keys()].some((known) => known.endsWith(spec))) add(spec, match.index, /\.\.\//.test(match[2] ?? ''));
  }
  return [...found.values()];
}

const deep = (segments: readonly string[]): string[] => [...segments.slice(0, -1), '**', segments.at(-1) ?? '*'];

/** `glob('*.json', { cwd: folder })`: the folder comes first. */
function startFirst(args: string): string {
  const start = /\b(?:cwd|root_dir|root)\s*[:=]\s*/.exec(args);
  if (!start) return args;
  const end = endOfExpression(args, start.index + start[0].length, 200, ',');
  return `${args.slice(start.index + start[0].length, end)}, ${args.slice(0, start.index)}`;
}

const ENDING = /(?:ends_?with|HasSuffix|suffix|ext(?:name|ension)?|Ext)\b[^\n]{0,40}?(["'`])(\.[\w.]{1,12})\1/gi;
const ENDING_REGEX = /\/[^/\n]*\\\.(?:\(\?:|\()?([\w|]{1,40})\)?\$\//g;

/** Endings that the lines below the call ask for; where none shows, or one is turned down, any. */
function endingsNear(source: string, at: number): string[] {
  const start = source.lastIndexOf('\n', source.lastIndexOf('\n', at) - 1) + 1;
  const near = source
    .slice(start, at + 1200)
    .split('\n')
    .slice(0, 10);
  const found = new Set<string>();
  for (const text of near) {
    // Only what is kept tells what is read.
    if (/\bcontinue\b|\bnot\b|![\w.(]|return false|!==?/.test(text)) continue;
    for (const [, , ending] of text.matchAll(ENDING)) if (ending) found.add(ending);
    for (const [, endings] of text.matchAll(ENDING_REGEX)) for (const one of (endings ?? '').split('|')) found.add(`.${one}`);
  }
  return found.size > 0 ? [...found] : [''];
}
