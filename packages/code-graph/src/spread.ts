// Follows a change through imports and manifests, nearest first, and keeps the chain that led to each unit. Pure.
import type { Reason, RepoModel } from '@awo/contracts';
import type { FileKind } from './classify.ts';
import { type CodeGraph, type Edge, importersOf } from './graph.ts';
import { isFolder } from './targets.ts';

/** A changed file on the side of the diff where its importers stand. */
export type Seed = { path: string; side: CodeGraph; link: Reason };
/** A unit that is touched whatever the imports say, with the link that says why. */
export type Widened = { unit: string; link: Reason; testsOnly: boolean };

export type Touched = { reasons: Reason[]; testsOnly: boolean };
export type Spread = {
  units: Map<string, Touched>;
  /** Changed documents and tests that running code imports: they count as part of it. */
  promoted: Set<string>;
  /** Unparsable files that a chain went through. */
  unparsable: Set<string>;
};

type Node = { side: CodeGraph; path: string; chain: Chain } | { unit: string; chain: Chain };
type Chain = { link: Reason; before: Chain | null } | null;

/** More links than a person follows: the ends are kept. */
const MAX_LINKS = 24;

function chainOf(end: Chain): Reason[] {
  const links: Reason[] = [];
  for (let chain = end; chain; chain = chain.before) links.push(chain.link);
  links.reverse();
  return links.length <= MAX_LINKS ? links : [...links.slice(0, MAX_LINKS / 2), ...links.slice(-MAX_LINKS / 2)];
}

/** `kindOf` classifies a path. Style and asset files reach their importers only, tests reach tests only, documents nothing. */
export function spread(seeds: readonly Seed[], widened: readonly Widened[], model: Pick<RepoModel, 'units'>, kindOf: (path: string) => FileKind): Spread {
  const result: Spread = { units: new Map(), promoted: new Set(), unparsable: new Set() };
  const seenFiles = new Map<CodeGraph, Set<string>>();
  const seenUnits = new Set<string>();
  const dependents = dependentsOf(model);
  let level: Node[] = [];
  let next: Node[] = [];

  const touch = (unit: string, chain: Chain, testsOnly: boolean): void => {
    const before = result.units.get(unit);
    if (!before || (before.testsOnly && !testsOnly)) result.units.set(unit, { reasons: chainOf(chain), testsOnly });
  };
  const visitUnit = (unit: string, chain: Chain): void => {
    if (seenUnits.has(unit)) return;
    seenUnits.add(unit);
    touch(unit, chain, false);
    for (const { by, at } of dependents.get(unit) ?? []) {
      const link: Reason = { kind: 'manifest', from: unit, to: by, at, text: `${by} declares to depend on ${unit}` };
      next.push({ unit: by, chain: { link, before: chain } });
    }
  };
  const visitFile = (side: CodeGraph, path: string, chain: Chain): void => {
    const seen = seenFiles.get(side) ?? new Set();
    seenFiles.set(side, seen);
    if (seen.has(path)) return;
    seen.add(path);
    const importers = importersOf(side, path).filter((edge) => counts(edge, path, kindOf, side));
    let kind = kindOf(path);
    if ((kind === 'docs' || kind === 'test') && importers.some((edge) => kindOf(edge.from) !== 'test')) {
      result.promoted.add(path);
      kind = kind === 'docs' ? 'asset' : 'code';
    }
    const owner = side.index.ownerOf(path);
    if (owner !== null && kind !== 'docs') {
      touch(owner, chain, kind === 'test');
      if (kind !== 'test' && kind !== 'style' && kind !== 'asset') visitUnit(owner, chain);
    }
    for (const edge of importers) {
      if (edge.how === 'unparsable') result.unparsable.add(edge.from);
      next.push({ side, path: edge.from, chain: { link: linkOf(edge, path), before: chain } });
    }
  };

  for (const { unit, link, testsOnly } of widened) if (testsOnly) touch(unit, { link, before: null }, true);
  level = [
    ...seeds.map(({ side, path, link }): Node => ({ side, path, chain: { link, before: null } })),
    ...widened.filter((one) => !one.testsOnly).map(({ unit, link }): Node => ({ unit, chain: { link, before: null } })),
  ];
  while (level.length > 0) {
    for (const node of level) {
      if ('unit' in node) visitUnit(node.unit, node.chain);
      else visitFile(node.side, node.path, node.chain);
    }
    [level, next] = [next, []];
  }
  return result;
}

/** Whether an edge carries a change of `path`: an import of its name always does; weaker ones not for documents and tests. */
function counts(edge: Edge, path: string, kindOf: (path: string) => FileKind, side: CodeGraph): boolean {
  const kind = kindOf(path);
  const byName = !isFolder(edge.to) && (edge.how === 'import' || edge.how === 'folder');
  if (kind === 'test') return byName || kindOf(edge.from) === 'test';
  if (kind === 'docs') return byName || (edge.how === 'folder' && edge.to !== `\0${side.index.ownerOf(path)}`);
  return true;
}

function linkOf(edge: Edge, to: string): Reason {
  const text =
    edge.how === 'unparsable'
      ? `${edge.from} cannot be parsed, so it may import anything its unit depends on`
      : `${edge.from} ${edge.how === 'mention' ? 'names' : 'imports'} ${edge.text}`;
  return { kind: edge.how === 'unparsable' ? 'unparsable' : 'import', from: to, to: edge.from, at: `${edge.from}:${edge.line}`, text: text.slice(0, 400) };
}

function dependentsOf({ units }: Pick<RepoModel, 'units'>): Map<string, { by: string; at: string }[]> {
  const found = new Map<string, { by: string; at: string }[]>();
  for (const { id, dependsOn } of units) for (const { unit, at } of dependsOn) found.set(unit, [...(found.get(unit) ?? []), { by: id, at }]);
  return found;
}
