// Loads tree-sitter and the grammars shipped with the npm packages, once per process.
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

const require = createRequire(import.meta.url);
const GRAMMARS = { python: 'tree-sitter-python/tree-sitter-python.wasm', go: 'tree-sitter-go/tree-sitter-go.wasm' } as const;
const parsers = new Map<keyof typeof GRAMMARS, Promise<Parser>>();
let ready: Promise<void> | undefined;

export function treeSitter(language: keyof typeof GRAMMARS): Promise<Parser> {
  let parser = parsers.get(language);
  if (!parser) {
    parser = load(language);
    parsers.set(language, parser);
  }
  return parser;
}

async function load(language: keyof typeof GRAMMARS): Promise<Parser> {
  ready ??= Parser.init();
  await ready;
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve(GRAMMARS[language])));
  return parser;
}
