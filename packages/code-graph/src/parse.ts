// Parses the files of a commit, each with the parser of its language, taking from the cache what is known.
import type { Repository, TreeEntry } from '@awo/repository';
import { cacheKey, type ReachCache } from './cache.ts';
import { basename, extension } from './classify.ts';
import { asObject, asStrings, parseJsonc } from './jsonc.ts';
import { type IsolatedParser, openIsolatedParser } from './isolated-parser.ts';
import { parseCss } from './parse-css.ts';
import { parseGo } from './parse-go.ts';
import { mayNestTooDeep, parseComponent, parseJs } from './parse-js.ts';
import { parseNamed } from './parse-named.ts';
import { patternsOf } from './parse-patterns.ts';
import { parsePython } from './parse-python.ts';
import { parseRuby } from './parse-ruby.ts';
import { parseRust } from './parse-rust.ts';
import { mentions, type Parsed, UNPARSABLE } from './parsed.ts';
import { isOwnSource } from './tree-index.ts';

/** Larger files are bundles and data: they count as unparsable. */
export const MAX_BYTES = 1024 * 1024;
const BATCH = 200;

type Language = { name: string; parse: (source: string, isolated: IsolatedParser) => Parsed | Promise<Parsed> };

const js = (ending: string): Language => ({
  name: ending,
  parse: (source, isolated) => (mayNestTooDeep(source) ? isolated.parse(source, ending) : parseJs(source, ending)),
});
const component: Language = {
  name: 'component',
  parse: (source, isolated) => (mayNestTooDeep(source) ? isolated.parse(source, 'component') : parseComponent(source)),
};
const css: Language = { name: 'css', parse: parseCss };
const python: Language = { name: 'py', parse: parsePython };
const text: Language = { name: 'text', parse: (source) => ({ ok: true, imports: mentions(source) }) };
const scripts: Language = { name: 'scripts', parse: parseScripts };
const BY_ENDING = new Map<string, Language>([
  ...['js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx'].map((ending) => [ending, js(ending)] as const),
  ...['vue', 'svelte', 'astro'].map((ending) => [ending, component] as const),
  ...['css', 'scss', 'sass', 'less', 'pcss', 'postcss', 'styl'].map((ending) => [ending, css] as const),
  ...['py', 'pyi', 'pyx'].map((ending) => [ending, python] as const),
  ...['html', 'htm', 'scala', 'sh', 'bash', 'ex', 'exs', 'lua', 'pl', 'ejs', 'hbs', 'pug', 'c', 'cc', 'cpp', 'h'].map((ending) => [ending, text] as const),
  ['go', { name: 'go', parse: parseGo }],
  ['rs', { name: 'rs', parse: parseRust }],
  ['rb', { name: 'rb', parse: parseRuby }],
  ...['java', 'kt', 'kts', 'cs', 'php'].map((ending) => [ending, { name: ending, parse: (source: string) => parseNamed(source, ending) }] as const),
]);

/** The language whose imports are understood; undefined where there are none to find. */
function languageOf(path: string): Language | undefined {
  return basename(path) === 'package.json' ? scripts : BY_ENDING.get(extension(path));
}

/** Files named in `scripts` of a package.json. */
function parseScripts(source: string): Parsed {
  const json = parseJsonc(source);
  const words = asStrings(Object.values(asObject(asObject(json)['scripts']))).flatMap((script) => script.split(/[\s"';&|=()]+/));
  const paths = words.filter((word) => /^[\w@./-]+\.[A-Za-z][A-Za-z0-9]{0,9}$/.test(word));
  // A broken one hides no import of code, and its change is a changed manifest anyway.
  return { ok: true, imports: [...new Set(paths)].map((spec) => ({ how: 'mention', spec, line: 1 })) };
}

/** Reads and parses everything with a language. `fresh` counts what was not in the cache. */
export async function parseTree(
  repository: Repository,
  entries: readonly TreeEntry[],
  cache: ReachCache,
): Promise<{ parsed: Map<string, Parsed>; fresh: number }> {
  const wanted = entries.flatMap((entry) => {
    const language = isOwnSource(entry) ? languageOf(entry.path) : undefined;
    return language ? [{ entry, language, key: cacheKey(language.name, entry.blob) }] : [];
  });
  const known = cache.get(wanted.map(({ key }) => key));
  const missing = [...new Map(wanted.filter(({ key }) => !known.has(key)).map((one) => [one.key, one])).values()];
  const isolated = openIsolatedParser();
  try {
    for (let start = 0; start < missing.length; start += BATCH) {
      const batch = missing.slice(start, start + BATCH);
      const sources = await Promise.all(batch.map(({ entry }) => (entry.size > MAX_BYTES ? null : repository.read(entry.blob, MAX_BYTES))));
      const fresh = new Map<string, Parsed>();
      for (const [i, { key, language }] of batch.entries()) fresh.set(key, await parseOne(language, sources[i] ?? null, isolated));
      cache.put(fresh);
      for (const [key, parsed] of fresh) known.set(key, parsed);
    }
  } finally {
    isolated.close();
  }
  return { parsed: new Map(wanted.map(({ entry, key }) => [entry.path, known.get(key) ?? UNPARSABLE])), fresh: missing.length };
}

async function parseOne(language: Language, bytes: Buffer | null, isolated: IsolatedParser): Promise<Parsed> {
  if (bytes === null || bytes.includes(0)) return UNPARSABLE;
  try {
    const source = bytes.toString('utf8').replace(/^\uFEFF/, '');
    const parsed = await language.parse(source, isolated);
    return language === css || language === scripts ? parsed : { ...parsed, imports: [...parsed.imports, ...patternsOf(source)] };
  } catch {
    // A grammar that gives up on hostile input says the same as one that finds errors: not understood.
    return UNPARSABLE;
  }
}
