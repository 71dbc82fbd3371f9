// Keeps parsed imports by blob: in process (least recently used go first), and in a SQLite file where the caller names a folder.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CodeGraph } from './graph.ts';
import type { Parsed } from './parsed.ts';
import { savedGraphs, type SavedGraphs } from './saved-graphs.ts';

/** Raise when a parser finds other imports than before: older entries are then not read. 3 was also written by a command that read no `new URL(…, import.meta.url)`. */
const PARSER_VERSION = 4;

export type ReachCache = {
  /** Entries that are known, by key. */
  get(keys: readonly string[]): Map<string, Parsed>;
  put(entries: ReadonlyMap<string, Parsed>): void;
  /** Whole graphs of the last few commits. */
  readonly graphs: Map<string, CodeGraph>;
  /** The last whole graph of each repository, where the caller names a folder. */
  readonly saved?: SavedGraphs;
  close(): void;
};

/** One blob parses differently under different endings. */
export const cacheKey = (language: string, blob: string): string => `${language}:${blob}`;

export type ReachCacheOptions = { dir?: string; maxEntries?: number; maxGraphs?: number };

/** Deleting the folder loses nothing but time. */
export function openReachCache({ dir, maxEntries = 50_000, maxGraphs = 4 }: ReachCacheOptions = {}): ReachCache {
  const memory = new Map<string, Parsed>();
  const disk = dir === undefined ? null : openStore(dir);
  const remember = (key: string, parsed: Parsed): void => {
    memory.delete(key);
    memory.set(key, parsed);
  };
  const trim = (): void => {
    for (const key of memory.keys()) {
      if (memory.size <= maxEntries) return;
      memory.delete(key);
    }
  };
  return {
    graphs: boundedMap<CodeGraph>(maxGraphs),
    ...(dir === undefined ? {} : { saved: savedGraphs(dir, PARSER_VERSION) }),
    get(keys) {
      const found = new Map<string, Parsed>();
      const missing: string[] = [];
      for (const key of keys) {
        const parsed = memory.get(key);
        if (parsed) {
          remember(key, parsed);
          found.set(key, parsed);
        } else missing.push(key);
      }
      for (const [key, parsed] of disk?.read(missing) ?? []) {
        remember(key, parsed);
        found.set(key, parsed);
      }
      trim();
      return found;
    },
    put(entries) {
      for (const [key, parsed] of entries) remember(key, parsed);
      disk?.write(entries);
      trim();
    },
    close: () => disk?.close(),
  };
}

function openStore(dir: string) {
  mkdirSync(dir, { recursive: true });
  const db = new DatabaseSync(join(dir, `imports-${PARSER_VERSION}.sqlite`));
  // Several replicas share the file: wait for each other, and never sync, since losing it costs nothing.
  db.exec(
    'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS parsed (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
  );
  const select = db.prepare('SELECT value FROM parsed WHERE key = ?');
  const insert = db.prepare('INSERT OR REPLACE INTO parsed (key, value) VALUES (?, ?)');
  return {
    read(keys: readonly string[]): [string, Parsed][] {
      return keys.flatMap((key) => {
        const value = select.get(key)?.['value'];
        const parsed = typeof value === 'string' ? (JSON.parse(value) as Parsed) : undefined;
        return parsed ? [[key, parsed] as [string, Parsed]] : [];
      });
    },
    write(entries: ReadonlyMap<string, Parsed>): void {
      if (entries.size === 0) return;
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const [key, parsed] of entries) insert.run(key, JSON.stringify(parsed));
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => db.close(),
  };
}

/** A map that forgets what was set or read longest ago. */
export function boundedMap<V>(max: number): Map<string, V> {
  const map = new Map<string, V>();
  const set = map.set.bind(map);
  const get = map.get.bind(map);
  map.get = (key) => {
    const value = get(key);
    if (value === undefined) return undefined;
    map.delete(key);
    set(key, value);
    return value;
  };
  map.set = (key, value) => {
    map.delete(key);
    set(key, value);
    for (const old of map.keys()) {
      if (map.size <= max) break;
      map.delete(old);
    }
    return map;
  };
  return map;
}
