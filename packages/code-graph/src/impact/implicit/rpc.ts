// Remote calls by generated names: gRPC services and those who hold a client of them, GraphQL fields and those who ask for them. Pure.
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const CODE = /\.(java|kt|cs|php|rb|[mc]?[jt]sx?|py|go|rs)$/;
const SERVES =
  /\b(?:extends|:|struct\s*\{)\s*(?:[\w.]+[.:]{1,2})?(\w+?)(?:Grpc\.\w+ImplBase|ImplBase|CoroutineImplBase|Base)\b|\((?:\w+\.)?(\w+?)Servicer\)|\bUnimplemented(\w+?)Server\b|\badd_(\w+?)Servicer_to_server|\bRegister(\w+?)Server\(|\baddService\(\s*(?:\w+\.)*?([A-Z]\w+)|\brouter\.service\(\s*(\w+)\b|\bimpl\s+(?:\w+::)*(\w+)\s+for\s+\w+Service\b/g;

export const rpc: Detector = {
  kind: 'rpc',
  signals(source, path): Signal[] {
    if (!CODE.test(path)) return [];
    const text = withoutComments(source);
    const lines = text.split('\n').length;
    const pick = (match: RegExpExecArray): string | undefined => match.slice(1).find((group) => group !== undefined && /^[A-Z]\w{2,}$/.test(group));
    // The handlers stand anywhere in the file.
    return /grpc|connect|protobuf|_pb|pb\.|Servicer|ImplBase|tonic/i.test(text) ? signalsOf(text, SERVES, pick).map((signal) => ({ ...signal, until: lines })) : [];
  },
  needle: (name) => name,
  answer(name, { path, source }) {
    if (!CODE.test(path)) return null;
    const n = escaped(name.replace(/Service$/, ''));
    const found = firstLine(withoutComments(source), new RegExp(`\\b(?:New)?${n}(?:Service)?(?:Client|Stub|BlockingStub|FutureStub|CoroutineStub|PromiseClient)\\b|\\b${n}(?:Service)?Grpc\\.new\\w*Stub|\\b(?:createClient|createPromiseClient)\\(\\s*${n}(?:Service)?\\b|\\.${n}(?:Service)?\\(\\s*["'\`\\w][^)]*(?:credentials|address|host|url)`, 'i'));
    return found && { line: found.line, confidence: 0.8, text: `holds a client of ${name}` };
  },
  additionsMatter: false,
  blocks: true,
}; // prettier-ignore

const RESOLVERS = /\b(?:Query|Mutation|Subscription)\s*:\s*\{/g;
const DECORATED =
  /@(?:Query|Mutation|Subscription|ResolveField)\([^)\n]*\)\s*(?:public\s+)?(?:async\s+)?(\w+)\s*\(|\bdef\s+resolve_(\w+)\s*\(|\bfunc\s+\(\w+\s+\*(?:query|mutation|subscription)Resolver\)\s+(\w+)\(|@(?:query|mutation|strawberry)\.(?:field|mutation)[^\n]*\n\s*(?:async\s+)?def\s+(\w+)|@(?:Query|Mutation)Mapping[^\n]*\n\s*(?:public\s+)?\S+\s+(\w+)\(/g;
const FIELD = /^\s*(?:async\s+)?(\w+)\s*(?::|\()/gm;
/** Type definitions: fields of the roots. */
const ROOTS = /^(?:extend\s+)?type\s+(?:Query|Mutation|Subscription)\b[^{]*\{([^}]*)\}/gm;

const camel = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1).replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

export const graphql: Detector = {
  kind: 'graphql',
  signals(source, path): Signal[] {
    if (/\.(graphqls?|gql)$/.test(path)) {
      const roots = [...source.matchAll(ROOTS)].map((match) => source.slice(match.index, match.index + match[0].length));
      return roots.flatMap((root) => signalsOf(root, /^\s+(\w+)\s*[(:]/gm, (match) => match[1]));
    }
    if (!CODE.test(path)) return [];
    const text = withoutComments(source);
    const inMaps = [...text.matchAll(RESOLVERS)].flatMap((match) => {
      const before = text.slice(0, match.index).split('\n').length - 1;
      const rest = text.slice(match.index).split('\n');
      const depth = /^\s*/.exec(rest[0] ?? '')?.[0].length ?? 0;
      const end = rest.findIndex((line, i) => i > 0 && line.trim() !== '' && (/^\s*/.exec(line)?.[0].length ?? 0) <= depth && /^\s*\}/.test(line));
      const body = rest.slice(1, end < 0 ? 200 : end).join('\n');
      const inner = /^[ \t]*/.exec(body)?.[0] ?? '';
      return signalsOf(body, FIELD, (one) => (new RegExp(`^\\n?${inner}\\S`).test(one[0]) ? one[1] : undefined)).map((signal) => ({ ...signal, line: signal.line + before + 1, until: signal.until + before + 1 }));
    });
    return [...inMaps, ...signalsOf(text, DECORATED, (match) => match.slice(1).find((group) => group !== undefined)).map((signal) => ({ ...signal, name: camel(signal.name) }))];
  },
  needle: (name) => (name.length >= 3 ? name : null),
  answer(name, { path, source }) {
    const n = escaped(name);
    const text = withoutComments(source);
    // An operation, in a document of its own or inside of code; and from a schema to who resolves it.
    const asked = firstLine(text, new RegExp(`\\b(?:query|mutation|subscription)\\b[^{;]{0,200}\\{[^\`]{0,2000}?(?<![\\w.])${n}\\s*[({\\n}]|\`\\s*\\{\\s*${n}\\b`));
    if (asked && !/^\s*type\s+Query/m.test(text)) return { line: asked.line, confidence: 0.7, text: `asks for the field ${name}` };
    if (!CODE.test(path)) return null;
    const resolved = graphql.signals(source, path).find((signal) => signal.name === name);
    return resolved ? { line: resolved.line, confidence: 0.8, text: `resolves the field ${name}` } : null;
  },
  additionsMatter: true,
  blocks: true,
}; // prettier-ignore
