// The report where there is nothing to compare with: everything counts as changed. Pure.
import type { ImpactReport, RepoModel } from '@awo/contracts';
import type { FileDiff } from '@awo/repository';
import { classify, type FileKind } from '../classify.ts';
import { link } from './links.ts';

export function firstReport(
  head: string,
  model: RepoModel,
  diff: readonly FileDiff[],
  tests: readonly string[],
  owner: (path: string) => string | null,
): Omit<ImpactReport, 'graph' | 'dead'> {
  const kinds = new Map<string, Set<FileKind>>();
  for (const { path } of diff) {
    const unit = owner(path);
    if (unit !== null) kinds.set(unit, (kinds.get(unit) ?? new Set()).add(classify(path, unit)));
  }
  const everything = (from: string, to: string) => [link('changed-file', from, to, `${from}:1`, 1, 'nothing to compare with: everything is new')];
  return {
    base: null,
    head,
    files: diff.slice(0, 2000).map(({ path, status, addedLines, deletedLines }) => ({
      path,
      status,
      kind: classify(path, owner(path)),
      unit: owner(path),
      addedLines,
      deletedLines,
      semantic: 'file' as const,
      symbols: [],
    })),
    filesTotal: diff.length,
    units: model.units.map(({ id, kind, manifest }) => ({
      id,
      kind,
      change: 'direct' as const,
      fileKinds: [...(kinds.get(id) ?? [])],
      risk: 'medium' as const,
      reasons: everything(manifest ?? id, id),
    })),
    tests: tests.map((file) => ({ file, unit: owner(file), reasons: everything(file, file), probability: 1 })),
    skipped: { tests: 0, because: [] },
    strategy: { kind: 'full', because: 'There is no earlier revision to compare with.' },
    fallback: { kind: 'no-base', files: [], because: 'There is no earlier revision to compare with, so everything counts as changed.' },
  };
}
