// Runs the detectors over what changed: which other files depend on it without importing it. One search over the commit for all names.
import type { Repository } from '@awo/repository';
import { classify } from '../../classify.ts';
import { MAX_BYTES } from '../../parse.ts';
import { vendoredIn } from '../../classify.ts';
import type { FileVersions } from '../file-change.ts';
import type { LinkKind } from '../links.ts';
import { changedSignals, type ChangedSignal } from './changed-signals.ts';
import { configKey } from './config-key.ts';
import type { Answer, Candidate, Detector } from './detector.ts';
import { env } from './env.ts';
import { fileNeedles, generatedFrom, readsFile } from './file-read.ts';
import { flag } from './flag.ts';
import { injection } from './injection.ts';
import { route } from './route.ts';
import { graphql, rpc } from './rpc.ts';
import { schema } from './schema.ts';
import { field, sharedName } from './shared-name.ts';
import { subject } from './subject.ts';
import { table } from './table.ts';
import { template, translation } from './translation.ts';

const DETECTORS: readonly Detector[] = [env, configKey, flag, route, subject, table, schema, injection, rpc, graphql, translation, template, sharedName, field];

/** `to` depends on `from`, by what stands at `line`. */
export type ImplicitEdge = { kind: LinkKind; from: string; to: string; line: number; confidence: number; text: string };
export type Implicit = { edges: ImplicitEdge[]; tooMany: string[] };

type Question = { from: string; needle: string; kind: LinkKind; ask: (candidate: Candidate) => Answer | null };
type Read = (path: string) => Promise<string | null>;
export type Surroundings = { repository: Repository; head: string; ownerOf: (path: string) => string | null; blobOf: (path: string) => string | undefined };

/** More names than this are not searched for; the files are reported. */
const MAX_NEEDLES = 600;
/** A name in more files than this is a word, not a name. */
const MAX_FILES_PER_NAME = 400;

export async function findImplicit(changed: readonly FileVersions[], around: Surroundings): Promise<Implicit> {
  const questions = changed.flatMap((one) => questionsOf(one, around));
  const kept = questions.slice(0, MAX_NEEDLES * 4);
  const needles = [...new Set(kept.map(({ needle }) => needle))];
  const searched = new Set(needles.slice(0, MAX_NEEDLES));
  const tooMany = [...new Set([...questions.slice(kept.length), ...kept.filter(({ needle }) => !searched.has(needle))].map(({ from }) => from))];
  if (searched.size === 0) return { edges: [], tooMany };
  const paths = (await around.repository.grep(around.head, [...searched])).filter((path) => vendoredIn(path) === null && classify(path, null) !== 'lockfile');
  const read = reader(around);
  const counts = new Map<string, number>();
  const edges: ImplicitEdge[] = [];
  for (const path of paths) {
    const source = await read(path);
    if (source === null) continue;
    const holds = new Map<string, boolean>();
    for (const { from, needle, kind, ask } of kept) {
      if (from === path || !searched.has(needle)) continue;
      let held = holds.get(needle);
      if (held === undefined) {
        held = source.includes(needle);
        holds.set(needle, held);
        if (held) counts.set(needle, (counts.get(needle) ?? 0) + 1);
      }
      if (!held || (counts.get(needle) ?? 0) > MAX_FILES_PER_NAME) continue;
      const found = ask({ path, source, sameUnit: around.ownerOf(path) === around.ownerOf(from) });
      if (found) edges.push({ kind, from, to: path, line: found.line, confidence: found.confidence, text: `${path} ${found.text}` });
    }
  }
  return { edges: strongest(edges), tooMany };
}

const reader =
  ({ repository, blobOf }: Surroundings): Read =>
  async (path) => {
    const blob = blobOf(path);
    const bytes = blob === undefined ? null : await repository.read(blob, MAX_BYTES);
    return bytes === null || bytes.includes(0) ? null : bytes.toString('utf8');
  };

function questionsOf(versions: FileVersions, { ownerOf }: Surroundings): Question[] {
  const { path } = versions.diff;
  if (versions.change.kind === 'none') return [];
  const found: Question[] = [];
  const kind = classify(path, ownerOf(path));
  // What tests and documents say, nobody reads; style sheets speak to their importers.
  const spoken = kind !== 'test' && kind !== 'docs' && kind !== 'style' && kind !== 'asset';
  for (const detector of spoken ? DETECTORS : [])
    for (const signal of changedSignals(detector, versions)) {
      const needle = detector.needle(signal.name);
      if (needle !== null)
        found.push({
          from: path,
          needle,
          kind: detector.kind,
          ask: (candidate) => detector.answer(signal.name, candidate, { path, gone: (signal satisfies ChangedSignal).gone }),
        });
    }
  const source = /\.([mc]?[jt]sx?|py|go)$/.test(path);
  if (kind !== 'lockfile' && kind !== 'manifest') {
    const oldPath = versions.diff.oldPath ?? path;
    for (const named of new Set([path, oldPath])) {
      for (const needle of fileNeedles(named).slice(0, source ? 1 : 2)) {
        if (!source && kind !== 'docs') found.push({ from: path, needle, kind: 'file-read', ask: (candidate) => readsFile(named, candidate) });
      }
      if (!source || /gen|schema|template|spec|model|types|proto/i.test(named))
        found.push({ from: path, needle: fileNeedles(named)[0] ?? named, kind: 'generated', ask: (candidate) => generatedFrom(named, candidate) });
    }
  }
  return found;
}

/** One edge for each pair of files and kind. */
function strongest(edges: readonly ImplicitEdge[]): ImplicitEdge[] {
  const best = new Map<string, ImplicitEdge>();
  for (const edge of edges) {
    const key = `${edge.kind}\0${edge.from}\0${edge.to}`;
    if ((best.get(key)?.confidence ?? -1) < edge.confidence) best.set(key, edge);
  }
  return [...best.values()].toSorted((a, b) => b.confidence - a.confidence);
}
