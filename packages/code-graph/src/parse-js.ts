// Imports of JavaScript and TypeScript, by oxc. Pure.
import { type ParseResult, parseSync, Visitor } from 'oxc-parser';
import { type ImportRef, lineCounter, mentions, type Parsed } from './parsed.ts';

type Lang = 'jsx' | 'ts' | 'tsx' | 'dts';
type Attempt = { lang: Lang; sourceType?: 'commonjs' };

const TS: Record<string, Lang> = { ts: 'ts', mts: 'ts', cts: 'ts', tsx: 'tsx' };

/** `ending` is the file's, without the dot. JSX in .js, Flow types and a top-level `return` are understood as well. */
export function parseJs(source: string, ending: string): Parsed {
  const lang = TS[ending] ?? 'jsx';
  const attempts: Attempt[] = lang === 'jsx' ? [{ lang }, { lang, sourceType: 'commonjs' }, { lang: 'tsx' }] : [{ lang }];
  let result: ParseResult | undefined;
  let ok = false;
  for (const attempt of attempts) {
    const tried = parseSync(`file.${ending}`, source, attempt);
    ok = tried.errors.every((error) => error.severity !== 'Error');
    result = ok || !result ? tried : result;
    if (ok) break;
  }
  const found = ok && result ? calls(source, result) : null;
  return { ok: found !== null, imports: [...(result ? moduleImports(source, result) : []), ...(found ?? guesses(source)), ...mentions(source)] };
}

/**
 * oxc recurses natively: from about 5,000 levels on it takes the whole process with it. Nesting cannot be deeper than there are
 * tokens that nest, so a file with few of them is safe to parse here; others go to a process of their own.
 */
export function mayNestTooDeep(source: string): boolean {
  let count = 0;
  for (const _ of source.matchAll(NESTING)) if (++count > 2000) return true;
  return false;
}
const NESTING = /[^\w\s.,;"'$]|\b(?:typeof|void|delete|new|await|yield|do|else|keyof|readonly|unique|asserts|infer|async|export|return|throw)\b/g;

function moduleImports(source: string, { module }: ParseResult): ImportRef[] {
  const line = lineCounter(source);
  const found: ImportRef[] = [];
  for (const one of module.staticImports) found.push({ how: 'import', spec: one.moduleRequest.value, line: line(one.start) });
  for (const one of module.staticExports)
    for (const entry of one.entries) if (entry.moduleRequest) found.push({ how: 'import', spec: entry.moduleRequest.value, line: line(one.start) });
  for (const one of module.dynamicImports) found.push({ ...literal(source.slice(one.moduleRequest.start, one.moduleRequest.end)), line: line(one.start) });
  return found;
}

/** A specifier from its source text: a string, a template that starts with a folder, or something computed. */
function literal(text: string): Omit<ImportRef, 'line'> {
  const plain = /^(["'`])([^"'`$\\]*)\1$/.exec(text);
  if (plain) return { how: 'import', spec: plain[2] ?? '' };
  const prefix = /^["'`](\.{0,2}\/?[^"'`$\\]*\/)/.exec(text)?.[1];
  return prefix ? { how: 'folder', spec: prefix } : { how: 'computed', spec: text.slice(0, 80) };
}

/** Only these forms need the syntax tree, and handing it over costs more than parsing. */
const NEEDS_TREE = /\brequire\b|\bnew\s+URL\b|\bimport\s*\(|\bimport\.meta\.(?:glob|resolve)/;

/** Null where the tree is nested too deep to walk. */
function calls(source: string, result: ParseResult): ImportRef[] | null {
  const typeImports = (source.match(/\bimport\s*\(/g)?.length ?? 0) > result.module.dynamicImports.length;
  if (!NEEDS_TREE.test(typeImports ? source : source.replaceAll(/\bimport\s*\(/g, ''))) return [];
  const line = lineCounter(source);
  const found: ImportRef[] = [];
  const add = (node: { start: number; end: number } | undefined): void => {
    if (node) found.push({ ...literal(source.slice(node.start, node.end)), line: line(node.start) });
  };
  const visitor = new Visitor({
    CallExpression({ callee, arguments: [first] }) {
      const name = source.slice(callee.start, callee.end);
      if (/^(module\.)?require(\.resolve)?$|^import\.meta\.resolve$/.test(name)) add(first);
      else if (name.startsWith('import.meta.glob') && first) {
        const folder = /^[[\s]*["'`]([^"'`*{]*\/)/.exec(source.slice(first.start, first.end))?.[1];
        found.push({ how: folder ? 'folder' : 'computed', spec: folder ?? name, line: line(first.start) });
      }
    },
    NewExpression({ callee, arguments: [first, second] }) {
      if (callee.type === 'Identifier' && callee.name === 'URL' && first && second && source.slice(second.start, second.end) === 'import.meta.url') add(first);
    },
    TSExternalModuleReference: ({ expression }) => add(expression),
    TSImportType: (node) => add(node.source),
  });
  try {
    visitor.visit(result.program);
    return found;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What an unparsable file seems to import: too much is safe, too little is not. */
function guesses(source: string): ImportRef[] {
  const line = lineCounter(source);
  return [...source.matchAll(/\b(?:from|import|require)\s*\(?\s*(["'`])([^"'`\n]{1,300})\1/g)].map((match) => ({
    how: 'import',
    spec: match[2] ?? '',
    line: line(match.index),
  }));
}

/** Vue, Svelte, Astro: the script parts, each parsed in its place. */
export function parseComponent(source: string): Parsed {
  const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');
  const parts: Parsed[] = [];
  const fences = /^---\n([\s\S]*?)\n---/.exec(source);
  if (fences) parts.push(parseJs(`   ${fences[0].slice(3, -3)}`, 'ts'));
  for (const match of source.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)) {
    const before = source.slice(0, match.index + match[0].indexOf('>') + 1);
    parts.push(parseJs(blank(before) + (match[2] ?? ''), 'tsx'));
  }
  return { ok: parts.every((part) => part.ok), imports: [...parts.flatMap((part) => part.imports), ...mentions(source)] };
}
