// The last whole graph of each repository, in a file: the next process starts from it.
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { RepoModel } from '@awo/contracts';
import type { TreeEntry } from '@awo/repository';
import type { CodeGraph, Made } from './graph.ts';
import { indexTree } from './tree-index.ts';

export type SavedGraphs = {
  /** Null where there is none that can be read. */
  load(root: string, unitsKey: string, units: RepoModel['units']): CodeGraph | null;
  save(graph: CodeGraph): void;
};

type Saved = Pick<CodeGraph, 'importers' | 'patterns' | 'unparsable' | 'edges'> & { made: Made; entries: TreeEntry[] };

/** Smaller graphs are made again as quickly as they are read. */
const LEAST_FILES = 300;
const MAX_BYTES = 256 * 1024 * 1024;

export function savedGraphs(dir: string, version: number): SavedGraphs {
  const fileOf = (root: string, units: string): string =>
    join(dir, `graph-${version}-${createHash('sha256').update(`${root}\0${units}`).digest('hex').slice(0, 32)}.bin`);
  return {
    load(root, unitsKey, units) {
      try {
        const file = fileOf(root, unitsKey);
        if (statSync(file).size > MAX_BYTES) return null;
        const { entries, made, importers, patterns, unparsable, edges } = deserialize(readFileSync(file)) as Saved;
        return { index: indexTree(entries, units, made.links), made, importers, patterns, unparsable, edges, parsed: 0 };
      } catch {
        // Absent, or of another version of Node: made again, which costs time only.
        return null;
      }
    },
    save({ index, made, importers, patterns, unparsable, edges }) {
      if (index.files.size < LEAST_FILES) return;
      const file = fileOf(made.root, made.units);
      const saved: Saved = { entries: [...index.files.values()], made, importers, patterns, unparsable, edges };
      try {
        // Several processes may do so at once: each file is whole, the last one stays.
        const part = `${file}.${randomUUID()}`;
        writeFileSync(part, serialize(saved));
        renameSync(part, file);
      } catch {
        // A full disk costs the next process time, never this one its answer.
      }
    },
  };
}
