// Messages, types and records of schema files (protobuf, GraphQL, Avro, JSON Schema), used by name. Pure.
import { basename } from '../../classify.ts';
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const IDL = /\.(proto|graphqls?|gql|thrift|avsc|avdl|fbs|capnp)$|schema[^/]*\.json$|\.schema\.[^/]+$/;
const NAMED =
  /^[ \t]*(?:extend\s+)?(?:message|service|rpc|enum|type|input|interface|union|scalar|struct|exception|record|table)\s+(\w+)|["'](?:name|title|\$id)["']\s*:\s*["']([\w./:-]+)["']/gm;

export const schema: Detector = {
  kind: 'schema',
  signals: (source, path): Signal[] => (IDL.test(path) ? signalsOf(source, NAMED, (match) => match[1] ?? match[2]) : []),
  needle: (name) => (name.length >= 4 ? name : null),
  answer(name, { path, source }, changed) {
    if (/\.(md|lock)$/.test(path)) return null;
    const stem = basename(changed.path).replace(/\.[^.]*$/, '');
    const found = firstLine(withoutComments(source), new RegExp(`\\b${escaped(name)}(?:\\b|_)`));
    if (!found || (!/^[A-Z].*[a-z]/.test(name) && !source.includes(stem))) return null;
    return { line: found.line, confidence: source.includes(stem) ? 0.8 : 0.5, text: `uses ${name} of ${changed.path}` };
  },
  additionsMatter: false,
  blocks: true,
};
