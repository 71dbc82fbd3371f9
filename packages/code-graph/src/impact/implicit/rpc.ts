// Remote calls by generated names: gRPC and Connect services, and those who hold a client of them. Pure.
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

export const CODE = /\.(java|kt|cs|php|rb|[mc]?[jt]sx?|py|go|rs)$/;
const SERVES =
  /(?:\bextends|:|\bstruct\s*\{)\s*(?:[\w.]+[.:]{1,2})?(\w+?)(?:Grpc\.\w+ImplBase|ImplBase|CoroutineImplBase|Base)\b|\((?:\w+\.)?(\w+?)Servicer\)|\bUnimplemented(\w+?)Server\b|\badd_(\w+?)Servicer_to_server|\bRegister(\w+?)Server\(|\baddService\(\s*(?:\w+\.)*?([A-Z]\w+)|\brouter\.service\(\s*(\w+)\b|\bimpl\s+(?:\w+::)*(\w+)\s+for\s+\w+Service\b|\bimpl\s+(?:\w+::)*\w+_server::(\w+)\s+for\b|<\s*(?:\w+::)*(\w+)::Service\b/g;

export const rpc: Detector = {
  kind: 'rpc',
  signals(source, path): Signal[] {
    if (!CODE.test(path)) return [];
    const text = withoutComments(source);
    const lines = text.split('\n').length;
    const pick = (match: RegExpExecArray): string | undefined => match.slice(1).find((group) => group !== undefined && /^[A-Z]\w{2,}$/.test(group));
    // The handlers stand anywhere in the file.
    return /grpc|connect|protobuf|_pb|pb\.|Servicer|ImplBase|tonic/i.test(text)
      ? signalsOf(text, SERVES, pick).map((signal) => ({ ...signal, until: lines }))
      : [];
  },
  needle: (name) => name,
  answer(name, { path, source }) {
    if (!CODE.test(path)) return null;
    const n = escaped(name.replace(/Service$/, ''));
    const found = firstLine(
      withoutComments(source),
      new RegExp(
        `\\b(?:New)?${n}(?:Service)?(?:Client|Stub|BlockingStub|FutureStub|CoroutineStub|PromiseClient)\\b|\\b${n}(?:Service)?(?:Grpc\\.new\\w*|::)Stub|\\b(?:createClient|createPromiseClient)\\(\\s*${n}(?:Service)?\\b|\\.${n}(?:Service)?\\(\\s*["'\`\\w][^)]*(?:credentials|address|host|url)`,
        'i',
      ),
    );
    return found && { line: found.line, confidence: 0.8, text: `holds a client of ${name}` };
  },
  additionsMatter: false,
  blocks: true,
};
