// Messages, types and records of schema files (protobuf, GraphQL, Avro, JSON Schema), used by name. Pure.
import { basename } from '../../classify.ts';
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const IDL = /\.(proto|graphqls?|gql|thrift|avsc|avdl|fbs|capnp)$|schema[^/]*\.json$|\.schema\.[^/]+$/;
const NAMED =
  /^[ \t]*(?:extend\s+)?(?:message|service|rpc|enum|type|input|interface|union|scalar|struct|exception|record|table)\s+(\w+)|["'](?:name|title|\$id)["']\s*:\s*["']([\w./:-]+)["']/gm;

/** One word alone is everybody's. */
const COMPOUND = /[a-z0-9](_|[A-Z])[a-z0-9]/;
const PROPERTY = /["'](\w{5,60})["']\s*:\s*\{/g;

/** A JSON Schema is one contract: what changes in it concerns whoever says one of its properties. */
function properties(source: string, path: string): Signal[] {
  if (!path.endsWith('.json')) return [];
  const until = source.split('\n').length;
  return signalsOf(source, PROPERTY, (match) => (COMPOUND.test(match[1] ?? '') ? match[1] : undefined)).map((one) => ({ ...one, line: 1, until }));
}

export const schema: Detector = {
  kind: 'schema',
  signals: (source, path): Signal[] => (IDL.test(path) ? [...signalsOf(source, NAMED, (match) => match[1] ?? match[2]), ...properties(source, path)] : []),
  needle: (name) => (name.length >= 4 ? name : null),
  answer(name, { path, source }, changed) {
    if (/\.(md|lock)$/.test(path)) return null;
    const stem = basename(changed.path).replace(/\.[^.]*$/, '');
    const found = firstLine(withoutComments(source), new RegExp(`\\b${escaped(name)}(?:\\b|_)`));
    const said = COMPOUND.test(name) && new RegExp(`["'\`.]${escaped(name)}\\b`).test(source);
    if (!found || (!/^[A-Z].*[a-z]/.test(name) && !said && !source.includes(stem))) return null;
    return { line: found.line, confidence: source.includes(stem) ? 0.8 : 0.5, text: `uses ${name} of ${changed.path}` };
  },
  additionsMatter: false,
  blocks: true,
};
