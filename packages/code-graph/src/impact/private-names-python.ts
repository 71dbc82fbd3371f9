// A name of a Python module that begins with an underscore, renamed where it stands: the same module, if nobody else says either name.
import type { Repository } from '@awo/repository';
import type { Node } from 'web-tree-sitter';
import { MAX_BYTES } from '../parse.ts';
import { treeSitter } from '../tree-sitter.ts';
import type { FileVersions } from './file-change.ts';
import { isVariable } from './local-names.ts';
import { compareShapes, type ModuleShape } from './module-shape.ts';
import { shapeOfPython } from './shape-python.ts';

/** A name in more files than this is a word. */
const MAX_FILES = 200;

/** Versions whose only change is such a name are said to change nothing. */
export async function withoutPrivateRenames(versions: readonly FileVersions[], repository: Repository, base: string, head: string): Promise<FileVersions[]> {
  const found: FileVersions[] = [];
  for (const one of versions) {
    const { diff, before, after, change } = one;
    const candidate = change.kind !== 'none' && diff.status === 'modified' && diff.path.endsWith('.py') && before !== null && after !== null;
    const names = candidate ? await privateRenames(before, after) : null;
    const others = names === null || (await saidElsewhere(names, diff.path, repository, base)) || (await saidElsewhere(names, diff.path, repository, head));
    found.push(others ? one : { ...one, change: { kind: 'none' } });
  }
  return found;
}

/** The old and the new names, where the versions differ in them alone; null otherwise. */
export async function privateRenames(before: string, after: string): Promise<string[] | null> {
  const [then, now] = [await shapeOfPython(before, true), await shapeOfPython(after, true)];
  if (!then || !now || then.opaque || now.opaque) return null;
  const [old, fresh] = [ownNames(then), ownNames(now)];
  const gone = old.filter((name) => !fresh.includes(name));
  const made = fresh.filter((name) => !old.includes(name));
  if (gone.length === 0 || gone.length !== made.length || ![...gone, ...made].every((name) => /^_(?!_)\w+$/.test(name))) return null;
  // Said anywhere else than as a variable (a text, an attribute, a local of the other version), it is not only renamed.
  const back = await withNames(after, new Map(made.map((name, i) => [name, gone[i] ?? name])));
  if (back === null || words(before, made) || words(back, made) || words(after, gone)) return null;
  const again = await shapeOfPython(back, true);
  return again && compareShapes(then, again).kind === 'none' ? [...gone, ...made] : null;
}

const ownNames = ({ declarations }: ModuleShape): string[] => [...new Set(declarations.flatMap(({ names }) => names))];
const words = (source: string, names: readonly string[]): boolean => new RegExp(`(?<!\\w)(?:${names.join('|')})(?!\\w)`).test(source);

async function withNames(source: string, names: ReadonlyMap<string, string>): Promise<string | null> {
  const parser = await treeSitter('python');
  const tree = parser.parse(source);
  if (!tree) return null;
  try {
    let text = '';
    let at = 0;
    for (const node of tree.rootNode
      .descendantsOfType('identifier')
      .filter((one): one is Node => one !== null)
      .toSorted((a, b) => a.startIndex - b.startIndex)) {
      const name = isVariable(node) ? names.get(node.text) : undefined;
      if (name === undefined) continue;
      text += source.slice(at, node.startIndex) + name;
      at = node.endIndex;
    }
    return text + source.slice(at);
  } finally {
    tree.delete();
  }
}

async function saidElsewhere(names: readonly string[], path: string, repository: Repository, sha: string): Promise<boolean> {
  const others = (await repository.grep(sha, names)).filter((other) => other !== path);
  if (others.length > MAX_FILES) return true;
  const blobs = new Map(others.length === 0 ? [] : (await repository.tree(sha)).map((entry) => [entry.path, entry.blob]));
  for (const other of others) {
    const blob = blobs.get(other);
    const bytes = blob === undefined ? null : await repository.read(blob, MAX_BYTES);
    if (bytes === null || words(bytes.toString('utf8'), names)) return true;
  }
  return false;
}
