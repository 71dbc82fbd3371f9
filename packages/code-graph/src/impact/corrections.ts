// What awo.yaml says over the analysis: always, never, edges. One that changes nothing is reported. Pure.
import { posix } from 'node:path';
import type { AwoYaml, RepoModel } from '@awo/contracts';
import { isUnder } from '../tree-index.ts';

export type Corrections = NonNullable<AwoYaml['impact']>;
export type Corrected = {
  /** Whether a changed file counts as changing nothing. */
  never(path: string): boolean;
  /** Units and files that are affected by what changed, with the rule that says so. */
  added(changed: readonly string[]): { from: string; unit: string | null; file: string | null; rule: string }[];
  /** Rules that met nothing. */
  dead(): string[];
};

export function correctionsOf(corrections: Corrections, units: RepoModel['units'], files: Iterable<string>): Corrected {
  const used = new Set<string>();
  const paths = [...files];
  const ids = new Set(units.map((unit) => unit.id));
  const targets = (name: string): { unit: string | null; file: string | null }[] =>
    ids.has(name) ? [{ unit: name, file: null }] : paths.filter((path) => meets(path, name)).map((file) => ({ unit: null, file }));
  const use = (rule: string): void => void used.add(rule);
  return {
    never(path) {
      const rule = (corrections.never ?? []).find((pattern) => meets(path, pattern));
      if (rule !== undefined) use(`never: ${rule}`);
      return rule !== undefined;
    },
    added(changed) {
      const [first] = changed;
      if (first === undefined) return [];
      const always = (corrections.always ?? []).flatMap((name) => targets(name).map((target) => ({ from: first, ...target, rule: `always: ${name}` })));
      const edges = (corrections.edges ?? []).flatMap(({ from, to }) => {
        const start = changed.find((path) => meets(path, from));
        return start === undefined ? [] : targets(to).map((target) => ({ from: start, ...target, rule: `edges: ${from} -> ${to}` }));
      });
      return [...always, ...edges];
    },
    /** `always` and `edges` are dead where their names match nothing there is; `never` where no file of the commit matches. */
    dead() {
      const any = (pattern: string): boolean => paths.some((path) => meets(path, pattern));
      return [
        ...(corrections.always ?? []).filter((name) => targets(name).length === 0).map((name) => `always: ${name}`),
        ...(corrections.never ?? []).filter((pattern) => !used.has(`never: ${pattern}`) && !any(pattern)).map((pattern) => `never: ${pattern}`),
        ...(corrections.edges ?? []).filter(({ from, to }) => !any(from) || targets(to).length === 0).map(({ from, to }) => `edges: ${from} -> ${to}`),
      ];
    },
  };
}

const meets = (path: string, pattern: string): boolean =>
  path === pattern || posix.matchesGlob(path, pattern) || (!/[*?[{]/.test(pattern) && isUnder(path, pattern));
