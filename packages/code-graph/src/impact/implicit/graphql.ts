// Fields of a graph: who resolves them, and the operations that ask for them. Pure.
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';
import { keysOfObjects } from './object-keys.ts';
import { CODE } from './rpc.ts';

const TYPED = String.raw`\s*(?::\s*[\w.<>,[\]| ]{1,80}?)?\s*=`;
/** Objects whose keys are fields of the roots: in a map of resolvers, of their own, as the root value, and as types of graphql-js. */
const RESOLVERS = new RegExp(
  [
    String.raw`\b(?:Query|Mutation|Subscription)\s*:\s*\{`,
    String.raw`\b(?:Query|Mutation|Subscription|(?:query|mutation|subscription|Query|Mutation|Subscription)Resolvers?|rootValue|rootResolvers?)${TYPED}\s*\{`,
    String.raw`\brootValue\s*:\s*\{`,
    String.raw`\bname:\s*["'\`](?:Root)?(?:Query|Mutation|Subscription)(?:Type)?["'\`],\s*fields:\s*(?:\(\)\s*=>\s*\(\s*)?\{`,
  ].join('|'),
  'g',
);
const ROOT = new RegExp(String.raw`\broot${TYPED}\s*\{`, 'g');

const ARGS = String.raw`[^()]{0,400}(?:\([^()]{0,400}\)[^()]{0,400}){0,20}`;
/** A method below its decorator, with its own name or that of the decorator. */
const METHOD = new RegExp(
  String.raw`@(?:Query|Mutation|Subscription|ResolveField|FieldResolver)\((${ARGS})\)\s*(?:@\w+\(${ARGS}\)\s*)*(?:(?:public|protected|private)\s+)?(?:async\s+)?(\w+)\s*\(`,
  'g',
);
const PYTHON =
  /@(\w+)\.(?:field|mutation|subscription)\b(?:\(([^)]*)\))?[^\n]*\n(?:[ \t]*@[^\n]*\n){0,8}[ \t]*(?:async\s+)?def\s+(\w+)|\bdef\s+resolve_(\w+)\s*\(|^[ \t]+(\w+)\s*:[^=\n]+=\s*strawberry\.(?:field|mutation)\(/gm;
const OTHER =
  /\bfunc\s+\(\w+\s+\*(?:query|mutation|subscription)Resolver\)\s+(\w+)\(|@(?:(?:Query|Mutation|Subscription)Mapping|Dgs(?:Query|Mutation))\b[^\n]*\n\s*(?:public\s+)?\S+\s+(\w+)\(|\b(?:query|mutation|subscription)Field\(\s*["'`](\w+)["'`]|\.set_field\(\s*["'](\w+)["']/g;
/** Type definitions: fields of the roots. */
const ROOTS = /^(?:extend\s+)?type\s+(?:Query|Mutation|Subscription)\b[^{]*\{([^}]*)\}/gm;

const camel = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1).replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const called = (args: string | undefined): string | undefined =>
  /^\s*["'`](\w+)["'`]|\bname\s*[:=]\s*["'`](\w+)["'`]/
    .exec(args ?? '')
    ?.slice(1)
    .find((name) => name !== undefined);

/** Ariadne's `field("cartPrice")` says the name; Strawberry makes it of the function's, and Graphene of what follows `resolve_`. */
function inPython([, of, args, decorated, resolved, typed]: RegExpExecArray): string | undefined {
  if (of === undefined) return camel(resolved ?? typed ?? '');
  const name = called(args);
  if (name !== undefined) return name;
  return /^(?:strawberry|query|mutation|subscription)$/i.test(of) ? camel(decorated ?? '') : undefined;
}

const inOther = ([, go, ...names]: RegExpExecArray): string | undefined => (go === undefined ? names.find((name) => name !== undefined) : camel(go));

export const graphql: Detector = {
  kind: 'graphql',
  signals(source, path): Signal[] {
    if (/\.(graphqls?|gql)$/.test(path)) {
      const roots = [...source.matchAll(ROOTS)].map((match) => source.slice(match.index, match.index + match[0].length));
      return roots.flatMap((root) => signalsOf(root, /^\s+(\w+)\s*[(:]/gm, (match) => match[1]));
    }
    if (!CODE.test(path)) return [];
    const text = withoutComments(source);
    if (path.endsWith('.py')) return [...signalsOf(text, PYTHON, inPython), ...signalsOf(text, OTHER, inOther)];
    // `root` is a word of many programs.
    const maps = /\.[mc]?[jt]sx?$/.test(path) ? [RESOLVERS, ...(/graphql/i.test(text) ? [ROOT] : [])] : [];
    return [
      ...maps.flatMap((pattern) => keysOfObjects(text, pattern)),
      ...signalsOf(text, METHOD, (match) => called(match[1]) ?? match[2]),
      ...signalsOf(text, OTHER, inOther),
    ];
  },
  needle: (name) => (name.length >= 3 ? name : null),
  answer(name, { path, source }) {
    const n = escaped(name);
    const text = withoutComments(source);
    // An operation, in a document of its own or inside of code; and from a schema to who resolves it.
    const asked = firstLine(
      text,
      new RegExp(`\\b(?:query|mutation|subscription)\\b[^{;]{0,200}\\{[^\`]{0,2000}?(?<![\\w.])${n}\\s*[({\\n}@]|["'\`]\\s*\\{\\s*${n}\\b(?!["'\`]?\\s*[:=])`),
    );
    if (asked && !/^\s*type\s+Query/m.test(text)) return { line: asked.line, confidence: 0.7, text: `asks for the field ${name}` };
    if (!CODE.test(path)) return null;
    const resolved = graphql.signals(source, path).find((signal) => signal.name === name);
    return resolved ? { line: resolved.line, confidence: 0.8, text: `resolves the field ${name}` } : null;
  },
  additionsMatter: true,
  blocks: true,
};
