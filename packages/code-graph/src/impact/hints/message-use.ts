// Says of each contract that breaks one way round what it describes: a message, which is still there when its writer is gone, or the body of a request.
import type { BrokenContract, Described } from '@awo/contracts';
import { classify } from '../../classify.ts';
import { importersOf } from '../../graph.ts';
import { MAX_BYTES } from '../../parse.ts';
import type { FileVersions } from '../file-change.ts';
import type { ExportsInput } from './broken-exports.ts';
import { describedBy, protobufNames, schemaNames, type User } from './described.ts';

/** More files than this that name a description say nothing new of it. */
const MAX_USERS = 200;

type Input = ExportsInput & { head: string; ownerOf: (path: string) => string | null };

export async function describeMessages(contracts: readonly BrokenContract[], input: Input): Promise<BrokenContract[]> {
  const texts = new Map(input.versions.map(({ diff, before, after }: FileVersions) => [diff.path, after ?? before ?? '']));
  const known = new Map<string, Described>();
  const found: BrokenContract[] = [];
  for (const one of contracts) {
    // What cannot be compared may break: of a message that has to be said as well.
    if (one.reads === undefined && one.kind !== 'event') {
      found.push(one);
      continue;
    }
    const text = texts.get(one.file) ?? '';
    const { names, rpc } = one.kind === 'protobuf' ? await protobufNames(text, one.element) : { names: schemaNames(one.file, text), rpc: false };
    const key = `${one.file}\0${names.join('\0')}`;
    const described =
      known.get(key) ?? describedBy(one.file, text, names, [...(await usersOf(names, one.file, input)), ...(rpc ? [{ path: one.file, source: text }] : [])]);
    known.set(key, described);
    found.push({ ...one, described });
  }
  return found;
}

/** Files of the commit that say one of the names, and who imports those: what checks a message is seldom what sends it. */
async function usersOf(names: readonly string[], own: string, { head, graph, repository, ownerOf }: Input): Promise<User[]> {
  const needles = names.filter((name) => name.length >= 4);
  if (needles.length === 0) return [];
  const runs = (path: string): boolean => path !== own && !['test', 'docs', 'lockfile', 'manifest'].includes(classify(path, ownerOf(path)));
  const naming = (await repository.grep(head, needles)).filter(runs).slice(0, MAX_USERS);
  const word = new RegExp(`(?<![A-Za-z0-9])(?:${needles.map((name) => name.replaceAll(/[^\w]/g, '\\$&')).join('|')})(?![A-Za-z0-9])`);
  const read = async (path: string): Promise<User[]> => {
    const blob = graph.index.files.get(path)?.blob;
    const bytes = blob === undefined ? null : await repository.read(blob, MAX_BYTES);
    return bytes === null || bytes.includes(0) ? [] : [{ path, source: bytes.toString('utf8') }];
  };
  const users = (await Promise.all(naming.map(read))).flat().filter(({ source }) => word.test(source));
  const importers = new Set(
    users.flatMap(({ path }) => importersOf(graph, path).map(({ from }) => from)).filter((path) => runs(path) && !naming.includes(path)),
  );
  return [...users, ...(await Promise.all([...importers].slice(0, MAX_USERS).map(read))).flat()];
}
