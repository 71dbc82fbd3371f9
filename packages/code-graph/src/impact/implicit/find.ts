// Runs the detectors over what changed: which other files depend on it without importing it.
import { classify } from '../../classify.ts';
import type { FileVersions } from '../file-change.ts';
import { changedSignals, MAX_SIGNALS } from './changed-signals.ts';
import { configKey } from './config-key.ts';
import { type Detector, longLines } from './detector.ts';
import { env } from './env.ts';
import { fileNeedles, generatedFrom, readsFile } from './file-read.ts';
import { flag } from './flag.ts';
import { graphql } from './graphql.ts';
import { injection } from './injection.ts';
import { nameStart, putTogether } from './put-together.ts';
import { route } from './route.ts';
import { rpc } from './rpc.ts';
import { rpcMethod } from './rpc-method.ts';
import { schema } from './schema.ts';
import { type Implicit, type Left, type Question, search, type Surroundings } from './search.ts';
import { isSpoken, narrowed, servedByChange } from './served.ts';
import { field, sharedName } from './shared-name.ts';
import { subject } from './subject.ts';
import { table } from './table.ts';
import { computedTemplate, template } from './template.ts';
import { provided } from './tokens.ts';
import { translation } from './translation.ts';

const DETECTORS: readonly Detector[] = [
  env,
  configKey,
  flag,
  route,
  subject,
  table,
  schema,
  injection,
  provided,
  rpc,
  rpcMethod,
  graphql,
  translation,
  template,
  computedTemplate,
  sharedName,
  nameStart,
  putTogether,
  field,
];

export async function findImplicit(changed: readonly FileVersions[], around: Surroundings): Promise<Implicit> {
  const served = await Promise.all(changed.map((one) => servedByChange(one, around)));
  const asked = changed.map((one) => questionsOf(one, around));
  const { edges, left } = await search([...asked.flatMap(({ questions }) => questions), ...served.flat()], around);
  return {
    edges: await Promise.all(edges.map((edge) => narrowed(edge, around))),
    left: [...asked.flatMap((one) => one.left), ...left],
  };
}

function questionsOf(versions: FileVersions, { ownerOf }: Surroundings): { questions: Question[]; left: Left[] } {
  const { path } = versions.diff;
  if (versions.change.kind === 'none') return { questions: [], left: [] };
  const found: Question[] = [];
  const kind = classify(path, ownerOf(path));
  const left = isSpoken(kind) ? unreadOf(versions) : [];
  for (const detector of isSpoken(kind) ? DETECTORS : []) {
    const { signals, cut } = changedSignals(detector, versions);
    if (cut) left.push({ path, because: `it holds more than ${MAX_SIGNALS} names of one kind, and the first are looked for` });
    for (const { name, gone } of signals) {
      const needle = detector.needle(name);
      if (needle !== null) found.push({ from: path, needle, kind: detector.kind, ask: (candidate) => detector.answer(name, candidate, { path, gone }) });
    }
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
  return { questions: found, left };
}

/** What changed where no name is read. */
function unreadOf({ diff, before, after }: FileVersions): Left[] {
  const { path } = diff;
  const missing = (diff.oldBlob !== null && before === null) || (diff.newBlob !== null && after === null);
  if (missing && !diff.binary) return [{ path, because: 'it is too large to look for its names' }];
  const [then, now] = [longLines(before ?? ''), longLines(after ?? '')];
  return then.join('\n') === now.join('\n') ? [] : [{ path, because: 'a line changed that is too long to look for its names' }];
}
