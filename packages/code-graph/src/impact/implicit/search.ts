// Asks the files of a commit that hold a name whether they depend on it. One search over the commit for all names.
import type { Repository } from '@awo/repository';
import { classify, type FileKind, vendoredIn } from '../../classify.ts';
import { MAX_BYTES } from '../../parse.ts';
import type { LinkKind } from '../links.ts';
import type { ChangedNames } from '../module-shape.ts';
import type { Answer, Candidate } from './detector.ts';

/**
 * `to` depends on `from`, by what stands at `line`; every place in `to` that does holds one of `needles`, and only `names` of it depend on that.
 * `by`: counts only where `from` is reached through one of these; itself, where it changed.
 */
export type ImplicitEdge = {
  kind: LinkKind;
  from: string;
  to: string;
  line: number;
  confidence: number;
  text: string;
  needles?: readonly string[];
  by?: readonly string[];
  names?: ChangedNames;
};
/** A file that was not looked at in full: who depends on it, or on what, may be missing. */
export type Left = { path: string; because: string };
export type Implicit = { edges: ImplicitEdge[]; left: Left[] };

export type Question = { from: string; by?: readonly string[]; needle: string; kind: LinkKind; ask: (candidate: Candidate) => Answer | null };
export type Surroundings = { repository: Repository; head: string; ownerOf: (path: string) => string | null; blobOf: (path: string) => string | undefined };

/** More names than this are not searched for; the files are reported. */
const MAX_NEEDLES = 600;
/** One file asked about one name is a few tenths of a millisecond; files beyond are reported. */
const MAX_ASKED = 100_000;

export async function search(questions: readonly Question[], around: Surroundings, most = MAX_ASKED): Promise<Implicit> {
  const kept = questions.slice(0, MAX_NEEDLES * 4);
  const needles = [...new Set(kept.map(({ needle }) => needle))];
  const searched = new Set(needles.slice(0, MAX_NEEDLES));
  const left: Left[] = [];
  for (const path of new Set([...questions.slice(kept.length), ...kept.filter(({ needle }) => !searched.has(needle))].map(({ from }) => from)))
    left.push({ path, because: 'more names changed than are searched for' });
  if (searched.size === 0) return { edges: [], left };
  const paths = (await around.repository.grep(around.head, [...searched])).filter((path) => vendoredIn(path) === null && classify(path, null) !== 'lockfile');
  const read = reader(around);
  let asked = 0;
  const edges: ImplicitEdge[] = [];
  for (const path of paths) {
    const source = await read(path);
    if (source === null) {
      if (runs(classify(path, around.ownerOf(path)))) left.push({ path, because: 'it holds a name that changed, and is too large to be read' });
      continue;
    }
    const says = new Set([...searched].filter((needle) => source.includes(needle)));
    const held = kept.filter(({ from, needle }) => from !== path && says.has(needle));
    asked += held.length;
    if (asked > most && held.length > 0) {
      if (runs(classify(path, around.ownerOf(path))))
        left.push({ path, because: `more than ${most} places hold a name that changed, and not all are looked at` });
      continue;
    }
    for (const { from, by, needle, kind, ask } of held) {
      const found = ask({ path, source, sameUnit: around.ownerOf(path) === around.ownerOf(from) });
      if (found)
        edges.push({
          kind,
          from,
          to: path,
          line: found.line,
          confidence: found.confidence,
          text: `${path} ${found.text}`,
          needles: [needle],
          ...(by ? { by } : {}),
        });
    }
  }
  return { edges: strongest(edges), left };
}

/** What documents and pictures say, nobody runs. */
const runs = (kind: FileKind): boolean => kind !== 'docs' && kind !== 'style' && kind !== 'asset' && kind !== 'lockfile';

const reader =
  ({ repository, blobOf }: Surroundings) =>
  async (path: string): Promise<string | null> => {
    const blob = blobOf(path);
    const bytes = blob === undefined ? null : await repository.read(blob, MAX_BYTES);
    return bytes === null || bytes.includes(0) ? null : bytes.toString('utf8');
  };

/** One edge for each pair of files and kind: the surest, by all that leads to it. */
function strongest(edges: readonly ImplicitEdge[]): ImplicitEdge[] {
  const best = new Map<string, ImplicitEdge>();
  for (const edge of edges) {
    const key = `${edge.kind}\0${edge.from}\0${edge.to}\0${edge.by === undefined}`;
    const known = best.get(key);
    const surest = known && known.confidence >= edge.confidence ? known : edge;
    const needles = [...new Set([...(known?.needles ?? []), ...(edge.needles ?? [])])];
    best.set(key, { ...surest, needles, ...(edge.by ? { by: [...new Set([...(known?.by ?? []), ...edge.by])] } : {}) });
  }
  return [...best.values()].toSorted((a, b) => b.confidence - a.confidence);
}
