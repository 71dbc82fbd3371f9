// What files serve, publish and write that uses what changed, in changed files and in those that the change reaches; and who takes it.
import { classify, type FileKind } from '../../classify.ts';
import { MAX_BYTES } from '../../parse.ts';
import type { FileVersions } from '../file-change.ts';
import { localsFor, shapeAt } from '../importer.ts';
import type { ModuleShape } from '../module-shape.ts';
import type { Entry } from '../walk.ts';
import { type Affected, affectedSignals, exportsOn } from './affected.ts';
import type { Detector, Signal } from './detector.ts';
import { PRODUCERS } from './producers.ts';
import { CONTAINER } from './tokens.ts';
import { type Implicit, type ImplicitEdge, type Question, search, type Surroundings } from './search.ts';

/** Less sure than of what changed itself; least where all that a file serves counts, as nothing tells what of it uses the change. */
const USES = 0.7;
const WHOLE = 0.4;
/** Reached files whose routes, messages, tables and files are looked at, the surest first; the others are reported. */
export const MAX_REACHED = 1000;

type Produced = Signal & { detector: Detector };

/** What tests and documents say, nobody reads; style sheets speak to their importers. */
export const isSpoken = (kind: FileKind): boolean => kind !== 'test' && kind !== 'docs' && kind !== 'style' && kind !== 'asset';

/** What a test sends or writes lives as long as its run. A description of an API serves nothing: what changed behind its paths is asked of it by itself. */
const gives = (path: string, ownerOf: Surroundings['ownerOf']): boolean =>
  (CONTAINER.test(path) || !/\.(ya?ml|json)$/.test(path)) &&
  isSpoken(classify(path, ownerOf(path))) &&
  !/(^|\/)(tests?|__tests__|specs?|e2e|testing|fixtures?)\//.test(path);

const producedIn = (source: string, path: string): Produced[] =>
  PRODUCERS.flatMap((detector) => detector.signals(source, path).map((signal) => ({ ...signal, detector })));

function questionsOf(from: string, { signals, whole }: { signals: readonly Produced[]; whole: boolean }): Map<string, Question> {
  const found = new Map<string, Question>();
  for (const { detector, name } of signals) {
    const needle = detector.needle(name);
    if (needle === null) continue;
    found.set(`${from}\0${detector.kind}\0${name}\0${whole}`, {
      from,
      needle,
      kind: detector.kind,
      ask: (candidate) => {
        const answer = detector.answer(name, candidate, { path: from, gone: false });
        return answer && { ...answer, confidence: answer.confidence * (whole ? WHOLE : USES) };
      },
    });
  }
  return found;
}

/** Of a changed file: what it serves by something else that changed in it. Both versions are looked at, as a line may only be gone. */
export async function servedByChange({ diff, before, after, change }: FileVersions, { repository, ownerOf }: Surroundings): Promise<Question[]> {
  if (change.kind === 'none' || !gives(diff.path, ownerOf)) return [];
  const sides = [
    { text: before, blob: diff.oldBlob, other: after },
    { text: after, blob: diff.newBlob, other: before },
  ];
  const found: Question[] = [];
  const known = before === null ? null : new Set(producedIn(before, diff.oldPath ?? diff.path).map(({ detector, name }) => `${detector.kind}\0${name}`));
  for (const { text, blob, other } of sides) {
    const signals = text === null ? [] : producedIn(text, diff.path);
    if (text === null || blob === null || signals.length === 0) continue;
    const { whole, ...all } = affectedSignals(
      text,
      await shapeAt(repository, diff.path, blob),
      { names: new Set(), lines: linesNotIn(text, other ?? '') },
      signals,
    );
    // A new name breaks nobody who does not know it.
    const old = all.signals.filter(({ detector, name }) => detector.additionsMatter || known?.has(`${detector.kind}\0${name}`));
    for (const question of questionsOf(diff.path, { signals: old, whole }).values()) found.push({ ...question, by: [diff.path] });
  }
  return found;
}

function linesNotIn(text: string, other: string): ReadonlySet<number> {
  const left = new Map<string, number>();
  for (const line of other.split('\n')) left.set(line.trim(), (left.get(line.trim()) ?? 0) + 1);
  const found = new Set<number>();
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    const times = left.get(line) ?? 0;
    left.set(line, times - 1);
    if (times <= 0 && /\w/.test(line) && !/^(\/\/|#|\*|\/\*)/.test(line)) found.add(i + 1);
  }
  return found;
}

/** Of files that were reached: who takes what they serve. `asked` holds what was asked before, by file and way. */
export async function servedByReached(entries: readonly Entry[], asked: Map<string, Set<string>>, around: Surroundings): Promise<Implicit> {
  const unread = new Set<string>();
  const questions = new Map<string, Question>();
  for (const entry of entries) {
    const { path, by, side } = entry;
    const file = side.index.files.get(path);
    const way = wayOf(entry);
    if (!file || asked.get(path)?.has(way) || !gives(path, around.ownerOf)) continue;
    if (!asked.has(path) && asked.size >= MAX_REACHED) {
      unread.add(path);
      continue;
    }
    asked.set(path, (asked.get(path) ?? new Set()).add(way));
    const source = (await around.repository.read(file.blob, MAX_BYTES))?.toString('utf8').replace(/^\uFEFF/, '') ?? '';
    const signals = producedIn(source, path);
    if (signals.length === 0) continue;
    const shape = await shapeAt(around.repository, path, file.blob);
    for (const [key, question] of questionsOf(path, affectedSignals(source, shape, affectedBy(entry, source, shape), signals)))
      questions.set(key, { ...question, by: [...(questions.get(key)?.by ?? []), by] });
  }
  const { edges, left } = await search([...questions.values()], around);
  for (const path of unread) left.push({ path, because: `what more than ${MAX_REACHED} reached files serve is not looked at` });
  return { edges: await Promise.all(edges.map((edge) => narrowed(edge, around))), left };
}

const wayOf = ({ by, said }: Entry): string =>
  `${by}\0${said.kind === 'lines' ? `${said.needles.join()}\0${said.line}` : said.names === 'all' ? '=all' : [...said.names].toSorted().join()}`;

function affectedBy({ said }: Entry, source: string, shape: ModuleShape | null): Affected {
  if (said.kind === 'import') return { names: localsFor(shape, said.edges, said.target, said.names), lines: new Set() };
  if (said.kind === 'beside') return { names: said.names, lines: new Set() };
  return { names: new Set(), lines: linesWith(source, said) };
}

function linesWith(source: string, { needles, line }: { needles: readonly string[]; line: number }): ReadonlySet<number> {
  return new Set([line, ...source.split('\n').flatMap((text, i) => (needles.some((needle) => text.includes(needle)) ? [i + 1] : []))]);
}

/** Of who takes it only what stands on these lines depends on it. */
export async function narrowed(edge: ImplicitEdge, { repository, blobOf }: Surroundings): Promise<ImplicitEdge> {
  const blob = blobOf(edge.to);
  const source = blob === undefined ? null : await repository.read(blob, MAX_BYTES);
  if (blob === undefined || source === null) return edge;
  const text = source.toString('utf8').replace(/^\uFEFF/, '');
  return { ...edge, names: exportsOn(text, await shapeAt(repository, edge.to, blob), linesWith(text, { needles: edge.needles ?? [], line: edge.line })) };
}
