// Tests that a change reaches in a way that coverage does not show: over HTTP, messages, tables, files, or in files that it does not know. Pure.
import { type ImpactedTest, LINKS_BY_NAME } from '@awo/contracts';
import type { Change } from './change.ts';
import type { Evidence } from './evidence.ts';
import type { Link } from './select.ts';

/** Links that leave the process or the language in which coverage was taken. */
const BEYOND: ReadonlySet<string> = new Set([...LINKS_BY_NAME, 'file-read', 'package', 'correction']);

/** By the test as coverage names it; by its file where coverage has no name of it. */
export function beyondCoverage(reached: readonly Pick<ImpactedTest, 'file' | 'reasons'>[], { files }: Change, evidence: Evidence): Map<string, Link> {
  const ids = [...evidence.tests.keys()];
  const endings = new Set(ids.map((id) => /^\S+?\.(\w+)(?=[: ]|$)/.exec(id)?.[1]));
  const covered = new Set([...evidence.tests.values()].flatMap(({ touches }) => touches.map(({ path }) => path)));
  const dark = new Set(files.filter(({ isTest, path }) => !isTest && !covered.has(path)).map(({ path }) => path));
  const links = new Map<string, Link>();
  for (const { file, reasons } of reached) {
    const root = reasons[0]?.from ?? '';
    const text = reasons.map((reason) => reason.text).join(' → ');
    const names = ids.filter((id) => isOf(id, file));
    const beyond = reasons.some(({ kind }) => BEYOND.has(kind));
    // A test that loads what changed ran it under coverage, which tells better what it executes.
    if (beyond) for (const id of names) if (!evidence.tests.get(id)?.touches.some(({ path }) => path === root)) links.set(id, { kind: 'beyond', text });
    // Where coverage names no test by such a file, imports lead to tests that it knows by another name.
    if (names.length === 0 && (beyond || root === file || endings.has(ending(file)) || dark.has(root))) links.set(file, { kind: 'beyond', text });
  }
  return links;
}

/** `file`, `file:title`, `file::test`, `file title`. */
const isOf = (id: string, file: string): boolean => id === file || id.startsWith(`${file}:`) || id.startsWith(`${file} `);
const ending = (file: string): string => file.slice(file.lastIndexOf('.') + 1);
