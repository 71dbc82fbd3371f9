// Descriptions of messages in two versions: JSON Schema, the payloads of AsyncAPI, Avro. What of new ones the old version cannot read, and the other way round.
import type { Broken } from './broken-apis.ts';
import { isObject, type Json, type Node } from './json-schema-nodes.ts';
import { refusals } from './json-schema-reads.ts';
import { pointerLines, namedLine } from './lines.ts';

type Version = { json: unknown; text: string };
/** Files older and newer. */
export type Versions = { was: Version; now: Version };

const WAYS = ['forward', 'backward'] as const;

/** One schema, or all payloads that both versions have at the same place. */
export async function brokenSchemas({ was, now }: Versions, name: string): Promise<Broken[]> {
  const found: Broken[] = [];
  const places = isObject(was.json) && 'asyncapi' in was.json ? payloads(was.json) : [[]];
  if (JSON.stringify(was.json) === JSON.stringify(now.json)) return [];
  const lines = await pointerLines(now.text);
  for (const at of places) {
    const [old, fresh] = [nodeAt(was.json, at), nodeAt(now.json, at)];
    if (fresh === undefined) continue;
    if (isAvro(old) && isAvro(fresh)) {
      found.push(...(await brokenAvro({ was: { ...was, json: old }, now: { ...now, json: fresh } })));
      continue;
    }
    const under = at.length === 0 ? '' : `${at.findLast((key) => key !== 'payload' && key !== 'message') ?? ''}.`;
    for (const way of WAYS) {
      const [reader, writer] = way === 'forward' ? [was.json, now.json] : [now.json, was.json];
      const schema = (root: unknown) => ({ schema: nodeAt(root, at), root });
      for (const one of await refusals(schema(reader), schema(writer), at)) {
        const element = `${under}${one.element}`.replace(/\.$/, '') || name;
        const line = lines(way === 'forward' ? one.writer : one.reader);
        found.push({ kind: 'event', element, because: one.because, line, ...(one.unclear ? {} : { reads: [way] }) });
      }
    }
  }
  return found;
}

const nodeAt = (json: unknown, at: Node['at']): unknown =>
  at.reduce<unknown>((node, key) => (isObject(node) || Array.isArray(node) ? (node as Json)[key] : undefined), json);

/** Of channels, operations and components; what they refer to is followed where it is compared. */
function payloads(json: Json): (string | number)[][] {
  const found: (string | number)[][] = [];
  const visit = (node: unknown, at: (string | number)[]): void => {
    if (!isObject(node) && !Array.isArray(node)) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'payload' && isObject(value)) found.push([...at, key]);
      else if (at.length < 10) visit(value, [...at, Array.isArray(node) ? Number(key) : key]);
    }
  };
  for (const key of ['channels', 'operations', 'components']) visit(json[key], [key]);
  return found;
}

const isAvro = (json: unknown): boolean => isObject(json) && (json['type'] === 'record' || (json['type'] === 'enum' && 'symbols' in json));

/** By avsc: Avro's own schema resolution, each as the reader of the other. */
export async function brokenAvro({ was, now }: Versions): Promise<Broken[]> {
  const { default: avro } = await import('avsc');
  const element = isObject(now.json) && typeof now.json['name'] === 'string' ? now.json['name'] : 'record';
  const found: Broken[] = [];
  try {
    const [old, fresh] = [avro.Type.forSchema(was.json as never), avro.Type.forSchema(now.json as never)];
    for (const way of WAYS) {
      const [reader, writer] = way === 'forward' ? [old, fresh] : [fresh, old];
      try {
        reader.createResolver(writer);
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        const because = said.replace(/^cannot read "(.*)" as "\1"$/, '$1 has other symbols, or another size');
        const name = /\.(\w+)$/.exec(because)?.[1] ?? /^(?:\w+\.)*(\w+) has other/.exec(because)?.[1];
        found.push({ kind: 'event', element, because, line: namedLine(now.text, name ?? element) ?? namedLine(now.text, element), reads: [way] });
      }
    }
  } catch (error) {
    // A type of another file, most of all.
    found.push({ kind: 'event', element, because: `it cannot be compared: ${error instanceof Error ? error.message : String(error)}` });
  }
  return found;
}
