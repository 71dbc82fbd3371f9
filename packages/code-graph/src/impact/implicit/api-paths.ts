// OpenAPI over its references: a path says what every component says that it refers to, in its own file and in others.
import { createHash } from 'node:crypto';
import { vendoredIn } from '../../classify.ts';
import { MAX_BYTES } from '../../parse.ts';
import { dirname, joinPath } from '../../tree-index.ts';
import type { FileVersions } from '../file-change.ts';
import type { Surroundings } from './search.ts';

const DATA = /\.(ya?ml|json)$/;
const DESCRIBES = /(?:^|[{,])\s*["']?(openapi|swagger)["']?\s*:/m;
const OTHER_FILE = /\$ref["']?\s*:\s*["']?[^#"'\s]/;

type Documents = Map<string, { source: string; parsed: unknown } | null>;
type Part = { print: string; refers: string[] };
type Parts = Map<string, Part>;
type Read = (path: string) => Promise<string | null>;

/**
 * The changed files again, each as the paths that it is a part of, with a print of all that they refer to: what the detector of routes reads is then
 * different where anything behind a path is. A description that cannot be parsed is behind each of its paths as a whole.
 */
export async function apiPaths(changed: readonly FileVersions[], around: Surroundings): Promise<FileVersions[]> {
  const data = changed.filter(({ diff: { path }, change }) => DATA.test(path) && change.kind !== 'none');
  if (data.length === 0) return [];
  const read = reader(around);
  const [before, after] = [sideOf(data, 'before', read), sideOf(data, 'after', read)];
  const found: FileVersions[] = [];
  for (const root of await descriptions(data, around, read)) {
    const own = data.find(({ diff: { path } }) => path === root);
    const [then, now] = [await writtenOut(own?.diff.oldPath ?? root, before), await writtenOut(root, after)];
    if (then.text === now.text) continue;
    for (const versions of data) {
      const { path, oldPath = path } = versions.diff;
      if (then.files.has(oldPath) || now.files.has(path)) found.push({ ...versions, before: then.text, after: now.text });
    }
  }
  return found;
}

/** Those that changed, and those that refer to other files. */
async function descriptions(data: readonly FileVersions[], { repository, head }: Surroundings, read: Read): Promise<Set<string>> {
  const found = new Set(data.filter(({ before, after }) => DESCRIBES.test(after ?? before ?? '')).map(({ diff: { path } }) => path));
  const paths = (await repository.grep(head, ['openapi', 'swagger'])).filter((path) => DATA.test(path) && vendoredIn(path) === null);
  for (const path of paths) {
    const source = found.has(path) ? null : await read(path);
    if (source !== null && DESCRIBES.test(source) && OTHER_FILE.test(source)) found.add(path);
  }
  return found;
}

const reader =
  ({ repository, blobOf }: Surroundings): Read =>
  async (path) => {
    const blob = blobOf(path);
    return blob === undefined ? null : ((await repository.read(blob, MAX_BYTES))?.toString('utf8') ?? null);
  };

function sideOf(data: readonly FileVersions[], side: 'before' | 'after', read: Read): (path: string) => Promise<string | null> {
  const known = new Map(data.map((one) => [side === 'before' ? (one.diff.oldPath ?? one.diff.path) : one.diff.path, one[side]]));
  return async (path) => (known.has(path) ? (known.get(path) ?? null) : read(path));
}

/** Every path with a print of all behind it, as JSON that says it is OpenAPI; and the files that it is made of. */
async function writtenOut(root: string, read: Read): Promise<{ text: string | null; files: Set<string> }> {
  const documents: Documents = new Map();
  const parts: Parts = new Map();
  const files = new Set([root]);
  const source = await load(root, documents, read);
  if (source === null) return { text: null, files };
  const paths = isObject(source.parsed) ? source.parsed['paths'] : undefined;
  const said: [string, { print: string }][] = [];
  if (isObject(paths))
    for (const path of Object.keys(paths)) {
      const behind = await follow(`${root}#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}`, documents, parts, read);
      for (const place of behind.keys()) files.add(place.slice(0, place.indexOf('#')));
      said.push([path, { print: hash(JSON.stringify([...behind].toSorted())) }]);
    }
  else for (const [, path = ''] of source.source.matchAll(/^[ \t]{1,8}["']?(\/[\w{}./-]*)["']?:/gm)) said.push([path, { print: hash(source.source) }]);
  return { text: JSON.stringify({ openapi: '', paths: Object.fromEntries(said) }, null, 1), files };
}

async function load(path: string, documents: Documents, read: Read): Promise<{ source: string; parsed: unknown } | null> {
  const known = documents.get(path);
  if (known !== undefined) return known;
  const source = await read(path);
  const loaded = source === null ? null : { source, parsed: await parse(source, path) };
  documents.set(path, loaded);
  return loaded;
}

async function parse(source: string, path: string): Promise<unknown> {
  try {
    const parsed: unknown = path.endsWith('.json') ? JSON.parse(source) : (await import('yaml')).parse(source, { maxAliasCount: 100 });
    // What nests too deep or holds itself cannot be printed either.
    JSON.stringify(parsed);
    return parsed;
  } catch {
    // It then stands behind each path as a whole.
    return undefined;
  }
}

/** A place with all places that it refers to, each with the print of what stands there. */
async function follow(first: string, documents: Documents, parts: Parts, read: Read): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const open = [first];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (found.has(place)) continue;
    const part = parts.get(place) ?? (await partAt(place, documents, read));
    parts.set(place, part);
    found.set(place, part.print);
    open.push(...part.refers);
  }
  return found;
}

async function partAt(place: string, documents: Documents, read: Read): Promise<Part> {
  const [file = '', pointer = ''] = place.split('#');
  const document = await load(file, documents, read);
  if (document === null) return { print: 'missing', refers: [] };
  if (document.parsed === undefined) return { print: hash(document.source), refers: [] };
  const node = at(document.parsed, pointer);
  const refers = [...references(node)].flatMap((reference) => {
    const [other = '', inside = ''] = reference.split('#');
    const target = other === '' ? file : joinPath(dirname(file), other);
    return target === null || /^\w+:/.test(other) ? [] : [`${target}#${inside}`];
  });
  return { print: hash(JSON.stringify(node) ?? 'missing'), refers };
}

/** `$ref` at any depth, and the places that a discriminator maps to. */
function references(root: unknown): Set<string> {
  const found = new Set<string>();
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!isObject(node) && !Array.isArray(node)) continue;
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string' && (key === '$ref' || value.startsWith('#/'))) found.add(value);
      else if (typeof value === 'object' && value !== null) open.push(value);
    }
  }
  return found;
}

/** A JSON pointer (RFC 6901) inside of a fragment. */
function at(document: unknown, pointer: string): unknown {
  let node = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = part
      .replaceAll(/%([\dA-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replaceAll('~1', '/')
      .replaceAll('~0', '~');
    node = isObject(node) || Array.isArray(node) ? (node as Record<string, unknown>)[key] : undefined;
  }
  return node;
}

const hash = (text: string): string => createHash('sha1').update(text).digest('base64');
const isObject = (json: unknown): json is Record<string, unknown> => typeof json === 'object' && json !== null && !Array.isArray(json);
