// What others rely on and that a change breaks, of every kind there is. Parsers are loaded by the first file that needs them.
import type { BrokenContract } from '@awo/contracts';
import { MAX_BYTES } from '../../parse.ts';
import type { FileVersions } from '../file-change.ts';
import { brokenApi, type Broken, describesApi } from './broken-apis.ts';
import { brokenExports, type ExportsInput } from './broken-exports.ts';
import { brokenGraphql, definitionsIn } from './broken-graphql.ts';
import { brokenProtobuf } from './broken-protobuf.ts';
import { describeMessages } from './message-use.ts';

const MAX = 50;

type Input = ExportsInput & { head: string; ownerOf: (path: string) => string | null };

export async function brokenContracts(input: Input): Promise<BrokenContract[]> {
  const { ownerOf } = input;
  const loud = input.versions.filter(({ change, diff }) => change.kind !== 'none' && diff.status !== 'added');
  const found: { path: string; broken: Broken }[] = [];
  for (const one of loud) {
    const { path } = one.diff;
    const broken =
      path.endsWith('.proto') && one.before !== null
        ? await shallow(path, brokenProtobuf(one.before, one.after))
        : describesApi(one)
          ? await shallow(path, brokenApi(one))
          : [];
    found.push(...broken.map((each) => ({ path, broken: each })));
  }
  found.push(...(await graphqlOf(input, loud)), ...(await brokenExports({ ...input, versions: loud })));
  const seen = new Set<string>();
  const contracts = found
    .map(({ path, broken: { kind, element, because, line, reads } }): BrokenContract => ({
      kind,
      file: path.slice(0, 300),
      unit: ownerOf(path),
      element: element.slice(0, 200),
      because: `${reads ? WHO[reads.length === 2 ? 'both' : (reads[0] ?? 'both')] : ''}${because}`.slice(0, 300),
      ...(line ? { at: `${path.slice(0, 300)}:${line}` } : {}),
      ...(reads ? { reads } : {}),
    }))
    .filter(({ file, element, because }) => seen.size < seen.add(`${file}\0${element}\0${because}`).size);
  // What the old version cannot read decides more than the rest, which may be cut off.
  const forward = (one: BrokenContract): number => Number(one.reads?.includes('forward') ?? false);
  return describeMessages(contracts.toSorted((a, b) => forward(b) - forward(a)).slice(0, MAX), input);
}

/** A text of many thousand brackets uses up the stack of whoever reads it. */
async function shallow(path: string, compared: Promise<Broken[] | null>): Promise<Broken[]> {
  const unread = (because: string): Broken[] => [{ kind: path.endsWith('.proto') ? 'protobuf' : 'event', element: path, because }];
  try {
    return (await compared) ?? unread('it cannot be parsed, and so is not compared');
  } catch (error) {
    if (error instanceof RangeError) return unread('it is too deep to be compared');
    throw error;
  }
}

const WHO = {
  forward: 'who has the old version cannot read new messages: ',
  backward: 'who has the new version cannot read old messages: ',
  both: 'neither version reads the other: ',
} as const;

/** The schema of a unit is all of its files together: one alone names types that it does not define. */
async function graphqlOf({ graph, repository, ownerOf }: Input, loud: readonly FileVersions[]): Promise<{ path: string; broken: Broken }[]> {
  const changed = loud.filter(
    ({ diff, before, after }) => definitionsIn(before, diff.path) !== definitionsIn(after, diff.path) && definitionsIn(before, diff.path) !== '',
  );
  const found: { path: string; broken: Broken }[] = [];
  for (const [unit, own] of Map.groupBy(changed, ({ diff }) => ownerOf(diff.path))) {
    const paths = new Set(own.map(({ diff }) => diff.path));
    const others: string[] = [];
    for (const [path, { blob }] of graph.index.files)
      if (/\.(graphqls?|gql)$/.test(path) && !paths.has(path) && ownerOf(path) === unit)
        others.push(definitionsIn((await repository.read(blob, MAX_BYTES))?.toString('utf8') ?? null, path));
    const side = (pick: (one: FileVersions) => string | null): string => [...others, ...own.map((one) => definitionsIn(pick(one), one.diff.path))].join('\n');
    for (const broken of (await brokenGraphql(
      side(({ before }) => before),
      side(({ after }) => after),
    )) ?? []) {
      const name = broken.element.split('.').at(-1) ?? '';
      found.push({ path: (own.find(({ before }) => before?.includes(name)) ?? own[0])?.diff.path ?? '', broken });
    }
  }
  return found;
}
