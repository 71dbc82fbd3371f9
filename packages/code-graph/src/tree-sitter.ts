// Loads tree-sitter and the grammars shipped with the npm packages, each by the first file that needs it.
import { createRequire } from 'node:module';
import type { Node, Parser, Query } from 'web-tree-sitter';

const require = createRequire(import.meta.url);
const GRAMMARS = {
  python: 'tree-sitter-python/tree-sitter-python.wasm',
  go: 'tree-sitter-go/tree-sitter-go.wasm',
  java: '@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm',
  rust: '@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm',
  csharp: '@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm',
  ruby: '@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm',
  php: '@vscode/tree-sitter-wasm/wasm/tree-sitter-php.wasm',
} as const;
export type Grammar = keyof typeof GRAMMARS;

const parsers = new Map<Grammar, Promise<Parser>>();
const queries = new Map<string, Query>();
/** Not loaded where nothing but JavaScript changed. */
let library: typeof import('web-tree-sitter') | undefined;
let ready: Promise<void> | undefined;

export function treeSitter(language: Grammar): Promise<Parser> {
  let parser = parsers.get(language);
  if (!parser) {
    parser = load(language);
    parsers.set(language, parser);
  }
  return parser;
}

async function load(language: Grammar): Promise<Parser> {
  library ??= await import('web-tree-sitter');
  const { Language, Parser } = library;
  ready ??= Parser.init();
  await ready;
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve(GRAMMARS[language])));
  return parser;
}

/** Nodes of these types below `root`, in the order of the source. Only what is found crosses from the parser. */
export function nodesOf(parser: Parser, root: Node, types: readonly string[]): Node[] {
  const { language } = parser;
  if (!language || !library) return [];
  const key = `${language.name ?? ''} ${types.join(' ')}`;
  const query = queries.get(key) ?? new library.Query(language, types.map((type) => `(${type}) @it`).join(' '));
  queries.set(key, query);
  return query.captures(root).map(({ node }) => node);
}
