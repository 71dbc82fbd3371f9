// Files that history changed together (ROSE, Zimmermann and others 2004): support and confidence. Pure.
import type { CommitInfo } from '@awo/repository';

export type CoChange = { from: string; to: string; support: number; confidence: number };

/** Commits of more files are moves and formats: they tie nothing together. */
const MAX_FILES = 30;
const MIN_SUPPORT = 3;
const MIN_CONFIDENCE = 0.6;

export function coChanges(changed: readonly string[], commits: readonly CommitInfo[]): CoChange[] {
  const wanted = new Set(changed);
  const times = new Map<string, number>();
  const together = new Map<string, Map<string, number>>();
  for (const { files } of commits) {
    if (files.length > MAX_FILES) continue;
    for (const from of files) {
      if (!wanted.has(from)) continue;
      times.set(from, (times.get(from) ?? 0) + 1);
      const others = together.get(from) ?? new Map<string, number>();
      together.set(from, others);
      for (const to of files) if (to !== from) others.set(to, (others.get(to) ?? 0) + 1);
    }
  }
  const found: CoChange[] = [];
  for (const [from, others] of together)
    for (const [to, support] of others) {
      const confidence = support / (times.get(from) ?? support);
      if (support >= MIN_SUPPORT && confidence >= MIN_CONFIDENCE && !wanted.has(to))
        found.push({ from, to, support, confidence: Math.round(confidence * 100) / 100 });
    }
  return found.toSorted((a, b) => b.confidence - a.confidence || b.support - a.support);
}
