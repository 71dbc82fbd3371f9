// Lock files at the level of packages: which changed, with everything that depends on them, and how surely their users can be found. Pure.
import { lockedBy } from './lock-formats.ts';

export type ChangedPackages = {
  names: Set<string>;
  /** Those that other packages need, and our own code by nothing that is declared: they count through who needs them. */
  needed: Set<string>;
  /** Under which names code uses a package, where they are not the package's own; null where nothing tells them. */
  namesInCode: (name: string) => readonly string[] | null;
};

/** Packages that are locked differently, and those that depend on them. Null where the file is not understood. */
export function changedPackages(path: string, before: string, after: string): ChangedPackages | null {
  const [then, now] = [lockedBy(path, before), lockedBy(path, after)];
  if (!then || !now || then.entries.size + now.entries.size === 0) return null;
  // What stands beside the entries speaks to every package: platforms, versions of the language.
  if (then.rest !== now.rest) return null;
  const names = new Set<string>();
  for (const name of new Set([...then.entries.keys(), ...now.entries.keys()]))
    if (then.entries.get(name)?.print !== now.entries.get(name)?.print) names.add(name);
  const both = [then, now];
  const inCode = (name: string): readonly string[] | null => {
    const found = both.flatMap(({ entries }) => entries.get(name)?.namesInCode ?? []);
    const told = both.every(({ entries }) => entries.get(name)?.namesInCode !== null);
    return told ? (found.length > 0 ? [...new Set(found)] : [name]) : null;
  };
  // The text differs and no entry does: something that is not understood.
  if (names.size === 0) return before === after ? { names, needed: new Set(), namesInCode: inCode } : null;
  for (let grown = true; grown;) {
    grown = false;
    for (const { entries } of both)
      for (const [name, { needs }] of entries)
        if (!names.has(name) && needs.some((need) => names.has(need))) {
          names.add(name);
          grown = true;
        }
  }
  const declared = new Set(both.flatMap(({ declared: own }) => [...own]));
  const needs = new Set(both.flatMap(({ entries }) => [...entries.values()].flatMap((entry) => entry.needs)));
  return { names, needed: new Set([...names].filter((name) => needs.has(name) && !declared.has(name))), namesInCode: inCode };
}
