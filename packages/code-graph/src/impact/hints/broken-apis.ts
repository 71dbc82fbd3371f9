// Descriptions of APIs and messages in two versions: OpenAPI, AsyncAPI, JSON Schema, Avro. What of them others do not survive.
import type { BrokenContract } from '@awo/contracts';
import { basename } from '../../classify.ts';
import type { FileVersions } from '../file-change.ts';
import { brokenAvro, brokenSchemas } from './broken-messages.ts';
import { isObject, type Json } from './json-schema-nodes.ts';

/** `line` of the file, where it is known. */
export type Broken = Pick<BrokenContract, 'kind' | 'element' | 'because' | 'reads'> & { line?: number | null };

async function read(text: string | null, path: string): Promise<unknown> {
  if (text === null) return null;
  try {
    const json: unknown = /\.ya?ml$/.test(path) ? (await import('yaml')).parse(text, { maxAliasCount: 100 }) : JSON.parse(text);
    return typeof json === 'object' ? json : null;
  } catch {
    // Whatever it is, it cannot be compared: the report says so by the file itself.
    return null;
  }
}

/** Whether the text may be such a description: looked at before anything is parsed. */
export const describesApi = ({ diff: { path }, before, after }: FileVersions): boolean =>
  path.endsWith('.avsc') ||
  (/\.(ya?ml|json)$/.test(path) && /["']?(openapi|swagger|asyncapi)["']?\s*:|json-schema\.org|"type"\s*:\s*"record"/.test(before ?? after ?? '')) ||
  (/schema[^/]*\.(ya?ml|json)$/.test(path) && /["']?properties["']?\s*:/.test(before ?? after ?? ''));

/** OpenAPI by api-smart-diff, which knows what is sent from what is answered; messages by who can read whom. */
export async function brokenApi({ diff, before, after }: FileVersions): Promise<Broken[]> {
  const [then, now] = [await read(before, diff.oldPath ?? diff.path), await read(after, diff.path)];
  if (then === null || before === null) return [];
  const isApi = isObject(then) && ('openapi' in then || 'swagger' in then);
  const kind = isApi ? 'openapi' : 'event';
  if (now === null) return after === null ? [{ kind, element: diff.path, because: 'the description was removed' }] : [];
  const versions = { was: { json: then, text: before }, now: { json: now, text: after ?? '' } };
  if (diff.path.endsWith('.avsc') || (isObject(then) && then['type'] === 'record')) return brokenAvro(versions);
  if (!isObject(then) || !isObject(now)) return [];
  if (isApi) return changesOf(then, now, kind);
  const messages = await brokenSchemas(versions, basename(diff.path));
  // What of an AsyncAPI is no payload: channels, servers, parameters.
  return 'asyncapi' in then
    ? [...(await changesOf(then, now, kind)).filter(({ element }) => !/(^|\/)(payload|schemas)(\/|$)/.test(element)), ...messages]
    : messages;
}

async function changesOf(then: Json, now: Json, kind: Broken['kind']): Promise<Broken[]> {
  const { apiCompare } = await import('api-smart-diff');
  const found: Broken[] = [];
  for (const { type, path, description, action, before: old } of apiCompare(then, now).diffs) {
    // An answer need not hold what is optional, and yet whoever reads it misses it.
    const missed = action === 'remove' && path[0] === 'paths' && path.includes('responses') && path.at(-2) === 'properties';
    if (type !== 'breaking' && !missed) continue;
    const [, route = '', verb = ''] = path.map(String);
    const element =
      kind === 'openapi' && path[0] === 'paths'
        ? `${/^(get|put|post|delete|patch|head|options|trace)$/.test(verb) ? `${verb.toUpperCase()} ` : ''}${route}`
        : path.join('/');
    const words = description ?? `${action} ${path.join('/')}${typeof old === 'string' ? `: ${old}` : ''}`;
    found.push({ kind, element, because: words.replace(/^\[(\w+)\] /, (_, did: string) => `${did.toLowerCase()} `) });
  }
  return found;
}
