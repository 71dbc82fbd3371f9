// The index of the archive: a projection in SQLite that finds goals by what people ask for. May be deleted; it is rebuilt from the packs.
import { DatabaseSync } from 'node:sqlite';
import { FIRST_PREV } from '@awo/contracts';
import { SealedGoal } from './manifest.ts';
import type { Pack } from './pack.ts';
import type { ArchiveFilter, FoundGoal } from './requests.ts';

/** Another number throws the file's content away: it is rebuilt. */
const VERSION = 1;

const SCHEMA = `
  CREATE TABLE packs (pack INTEGER PRIMARY KEY, manifest TEXT NOT NULL, at TEXT NOT NULL, goals INTEGER NOT NULL, bytes INTEGER NOT NULL);
  CREATE TABLE goals (goal TEXT PRIMARY KEY, pack INTEGER NOT NULL, kind TEXT NOT NULL, environment TEXT, outcome TEXT NOT NULL,
    accepted_at TEXT NOT NULL, ended_at TEXT NOT NULL, removed INTEGER NOT NULL, about TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE services (service TEXT NOT NULL, goal TEXT NOT NULL, PRIMARY KEY (service, goal)) WITHOUT ROWID;
  CREATE TABLE revisions (revision TEXT NOT NULL, goal TEXT NOT NULL, PRIMARY KEY (revision, goal)) WITHOUT ROWID;
  CREATE INDEX goals_by_end ON goals (ended_at);
  CREATE INDEX goals_by_environment ON goals (environment, ended_at);
  CREATE INDEX goals_by_outcome ON goals (outcome, ended_at);
`;

export type Catalog = {
  last: () => { pack: number; manifest: string };
  packs: () => { packs: number; goals: number; bytes: number };
  /** All of a pack or nothing. */
  add: (pack: Pack, bytes: number) => void;
  find: (filter: ArchiveFilter) => FoundGoal[];
  has: (goal: string) => boolean;
  get: (goal: string) => FoundGoal | null;
  /** Goals that ended before `before` and are not removed yet, of one environment, of none (null), or of all but some. */
  endedBefore: (before: string, where: { environment: string } | { except: readonly string[] }) => FoundGoal[];
  markRemoved: (goals: readonly string[], pack: number, bytes: number) => void;
  clear: () => void;
  close: () => void;
};

type Row = { about: string; pack: number; removed: number };
const foundOf = ({ about, pack, removed }: Row): FoundGoal => ({ ...SealedGoal.parse(JSON.parse(about)), pack, removed: removed === 1 });

export function openCatalog(file: string): Catalog {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version !== VERSION) reset();
  function reset(): void {
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
    atomically(() => {
      for (const { name } of tables) db.exec(`DROP TABLE "${String(name)}"`);
      db.exec(`${SCHEMA} PRAGMA user_version = ${VERSION}`);
    });
  }
  function atomically(work: () => void): void {
    db.exec('BEGIN IMMEDIATE');
    try {
      work();
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  }
  const rows = (where: string, values: (string | number)[]): FoundGoal[] =>
    db
      .prepare(`SELECT about, pack, removed FROM goals ${where}`)
      .all(...values)
      .map((row) => foundOf(row as Row));
  return {
    last: () => {
      const row = db.prepare('SELECT pack, manifest FROM packs ORDER BY pack DESC LIMIT 1').get();
      return row ? { pack: Number(row['pack']), manifest: String(row['manifest']) } : { pack: 0, manifest: FIRST_PREV };
    },
    packs: () => {
      const row = db.prepare('SELECT count(*) AS packs, coalesce(sum(goals), 0) AS goals, coalesce(sum(bytes), 0) AS bytes FROM packs').get();
      return { packs: Number(row?.['packs']), goals: Number(row?.['goals']), bytes: Number(row?.['bytes']) };
    },
    add: ({ manifest, digest, removed }, bytes) => {
      const gone = new Set(removed.map((one) => one.removed));
      const goal = db.prepare('INSERT INTO goals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
      const service = db.prepare('INSERT OR IGNORE INTO services VALUES (?, ?)');
      const revision = db.prepare('INSERT OR IGNORE INTO revisions VALUES (?, ?)');
      atomically(() => {
        db.prepare('INSERT INTO packs VALUES (?, ?, ?, ?, ?)').run(manifest.pack, digest, manifest.at, manifest.goals.length, bytes);
        for (const g of manifest.goals) {
          goal.run(g.goal, manifest.pack, g.spec.kind, g.environment, g.outcome, g.acceptedAt, g.endedAt, gone.has(g.goal) ? 1 : 0, JSON.stringify(g));
          for (const name of g.services) service.run(name, g.goal);
          for (const id of g.revisions) revision.run(id, g.goal);
        }
      });
    },
    find: (filter) => {
      const { sql, values } = conditions(filter);
      return rows(`${sql} ORDER BY ended_at DESC, goal LIMIT ?`, [...values, filter.limit]);
    },
    has: (goal) => db.prepare('SELECT 1 FROM goals WHERE goal = ?').get(goal) !== undefined,
    get: (goal) => rows('WHERE goal = ?', [goal])[0] ?? null,
    endedBefore: (before, where) =>
      'environment' in where
        ? rows('WHERE removed = 0 AND ended_at < ? AND environment = ? ORDER BY pack', [before, where.environment])
        : rows(`WHERE removed = 0 AND ended_at < ? AND coalesce(environment, '') NOT IN (${where.except.map(() => '?').join(', ')}) ORDER BY pack`, [
            before,
            ...where.except,
          ]),
    markRemoved: (goals, pack, bytes) =>
      atomically(() => {
        const mark = db.prepare('UPDATE goals SET removed = 1 WHERE goal = ?');
        for (const goal of goals) mark.run(goal);
        db.prepare('UPDATE packs SET bytes = ? WHERE pack = ?').run(bytes, pack);
      }),
    clear: reset,
    close: () => db.close(),
  };
}

function conditions(filter: ArchiveFilter): { sql: string; values: string[] } {
  const parts: [string, (string | undefined)[]][] = [
    ['goal IN (SELECT goal FROM services WHERE service = ?)', [filter.service]],
    ['environment = ?', [filter.environment]],
    ['outcome = ?', [filter.outcome]],
    ['kind = ?', [filter.kind]],
    ['ended_at >= ?', [filter.since]],
    ['ended_at <= ?', [filter.until]],
    // Beginnings as ranges, which an index can serve: "g" follows every hexadecimal digit, "{" every letter.
    ['goal IN (SELECT goal FROM revisions WHERE revision >= ? AND revision < ?)', [filter.revision, filter.revision && `${filter.revision}g`]],
    ['goal >= ? AND goal < ?', [filter.goal, filter.goal && `${filter.goal}{`]],
  ];
  const given = parts.filter((part): part is [string, string[]] => part[1].every((value) => value !== undefined));
  return { sql: given.length > 0 ? `WHERE ${given.map(([text]) => text).join(' AND ')}` : '', values: given.flatMap(([, values]) => values) };
}
