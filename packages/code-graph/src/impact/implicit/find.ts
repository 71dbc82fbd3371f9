// Runs the detectors over what changed: which other files depend on it without importing it.
import { classify } from '../../classify.ts';
import type { FileVersions } from '../file-change.ts';
import { changedSignals, type ChangedSignal } from './changed-signals.ts';
import { configKey } from './config-key.ts';
import type { Detector } from './detector.ts';
import { env } from './env.ts';
import { fileNeedles, generatedFrom, readsFile } from './file-read.ts';
import { flag } from './flag.ts';
import { injection } from './injection.ts';
import { route } from './route.ts';
import { graphql, rpc } from './rpc.ts';
import { schema } from './schema.ts';
import { type Implicit, type Question, search, type Surroundings } from './search.ts';
import { isSpoken, narrowed, servedByChange } from './served.ts';
import { field, sharedName } from './shared-name.ts';
import { subject } from './subject.ts';
import { table } from './table.ts';
import { template, translation } from './translation.ts';

const DETECTORS: readonly Detector[] = [env, configKey, flag, route, subject, table, schema, injection, rpc, graphql, translation, template, sharedName, field];

export async function findImplicit(changed: readonly FileVersions[], around: Surroundings): Promise<Implicit> {
  const served = await Promise.all(changed.map((one) => servedByChange(one, around)));
  const { edges, ...rest } = await search([...changed.flatMap((one) => questionsOf(one, around)), ...served.flat()], around);
  return { ...rest, edges: await Promise.all(edges.map((edge) => (edge.by ? narrowed(edge, around) : edge))) };
}

function questionsOf(versions: FileVersions, { ownerOf }: Surroundings): Question[] {
  const { path } = versions.diff;
  if (versions.change.kind === 'none') return [];
  const found: Question[] = [];
  const kind = classify(path, ownerOf(path));
  for (const detector of isSpoken(kind) ? DETECTORS : [])
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
