// Descriptions of APIs and messages in two versions: OpenAPI, JSON Schema, Avro. What of them others do not survive.
import type { BrokenContract } from '@awo/contracts';
import type { FileVersions } from '../file-change.ts';

export type Broken = Pick<BrokenContract, 'kind' | 'element' | 'because'>;
type Json = { [key: string]: unknown };

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json);

async function read(text: string | null, path: string): Promise<Json | null> {
  if (text === null) return null;
  try {
    const json: unknown = /\.ya?ml$/.test(path) ? (await import('yaml')).parse(text, { maxAliasCount: 100 }) : JSON.parse(text);
    return isObject(json) ? json : null;
  } catch {
    // Whatever it is, it cannot be compared: the report says so by the file itself.
    return null;
  }
}

/** Whether the text may be such a description: looked at before anything is parsed. */
export const describesApi = ({ diff: { path }, before, after }: FileVersions): boolean =>
  /\.(ya?ml|json|avsc)$/.test(path) && /["']?(openapi|swagger|asyncapi)["']?\s*:|json-schema\.org|"type"\s*:\s*"record"/.test(before ?? after ?? '');

/** By api-smart-diff, which knows what is sent from what is answered, and by avsc, which is Avro's own rule for reading old data. */
export async function brokenApi({ diff, before, after }: FileVersions): Promise<Broken[]> {
  const [then, now] = [await read(before, diff.oldPath ?? diff.path), await read(after, diff.path)];
  if (!then) return [];
  const isApi = 'openapi' in then || 'swagger' in then;
  const kind = isApi ? 'openapi' : 'event';
  if (!now) return after === null ? [{ kind, element: diff.path, because: 'the description was removed' }] : [];
  if (then['type'] === 'record') return brokenAvro(then, now);
  const { apiCompare } = await import('api-smart-diff');
  const found: Broken[] = [];
  for (const { type, path, description, action, before: old } of apiCompare(then, now).diffs) {
    // An answer need not hold what is optional, and yet whoever reads it misses it.
    const missed = action === 'remove' && path[0] === 'paths' && path.includes('responses') && path.at(-2) === 'properties';
    if (type !== 'breaking' && !missed) continue;
    const [, route = '', verb = ''] = path.map(String);
    const element = isApi && path[0] === 'paths' ? `${/^(get|put|post|delete|patch|head|options|trace)$/.test(verb) ? `${verb.toUpperCase()} ` : ''}${route}` : path.join('/');
    const words = description ?? `${action} ${path.join('/')}${typeof old === 'string' ? `: ${old}` : ''}`;
    found.push({ kind, element, because: words.replace(/^\[(\w+)\] /, (_, did: string) => `${did.toLowerCase()} `) });
  }
  return found;
} // prettier-ignore

/** Who has the old record must read the new one, and the other way round: both run during a release. */
async function brokenAvro(then: Json, now: Json): Promise<Broken[]> {
  const { default: avro } = await import('avsc');
  const element = typeof then['name'] === 'string' ? then['name'] : 'record';
  try {
    const [old, fresh] = [avro.Type.forSchema(then as never), avro.Type.forSchema(now as never)];
    const found: Broken[] = [];
    for (const [reader, writer, who] of [
      [old, fresh, 'who has the old schema cannot read new messages'],
      [fresh, old, 'who has the new schema cannot read old messages'],
    ] as const)
      try {
        reader.createResolver(writer);
      } catch (error) {
        found.push({ kind: 'event', element, because: `${who}: ${error instanceof Error ? error.message : String(error)}` });
      }
    return found;
  } catch {
    return [];
  }
}
