// How far each goal had come when it was walked. On disk, because there are more goals than fit in memory; made anew from the signed checkpoints at every start.
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { GoalsCheckpoint } from '@awo/bus';
import type { GoalHead } from '@awo/goal';

export type Heads = {
  get: (goal: string) => GoalHead | null;
  set: (goal: string, head: GoalHead) => void;
  /** The goal stands in the archive with exactly this; it is not looked for in the log any more. */
  archived: (goal: string) => void;
  isArchived: (goal: string) => boolean;
  /** So many goals of the log that follow `after`, by id. */
  following: (after: string, count: number) => { goal: string; head: GoalHead }[];
  count: () => number;
  close: () => void;
};

type Row = { goal: string; seq: number; commits: number; hash: string; archived: number };

export function openHeads(file: string, from: readonly GoalsCheckpoint[]): Heads {
  for (const name of [file, `${file}-journal`]) rmSync(name, { force: true });
  const db = new DatabaseSync(file);
  // The file is a cache: what counts is in the signed checkpoints.
  db.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;');
  db.exec(
    'CREATE TABLE heads (goal TEXT PRIMARY KEY, seq INTEGER NOT NULL, commits INTEGER NOT NULL, hash TEXT NOT NULL, archived INTEGER NOT NULL) WITHOUT ROWID',
  );
  const put = db.prepare('INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, 0)');
  const seal = db.prepare('UPDATE heads SET archived = 1 WHERE goal = ?');
  const one = db.prepare('SELECT * FROM heads WHERE goal = ?');
  const next = db.prepare('SELECT * FROM heads WHERE archived = 0 AND goal > ? ORDER BY goal LIMIT ?');
  const all = db.prepare('SELECT count(*) AS n FROM heads WHERE archived = 0');
  const headOf = ({ seq, commits, hash }: Row): GoalHead => ({ seq, commits, hash });
  db.exec('BEGIN');
  for (const { heads, archived } of from) {
    for (const [goal, seq, commits, hash] of heads) put.run(goal, seq, commits, hash);
    for (const goal of archived) seal.run(goal);
  }
  db.exec('COMMIT');
  const find = (goal: string) => one.get(goal) as Row | undefined;
  return {
    get: (goal) => {
      const row = find(goal);
      return row ? headOf(row) : null;
    },
    set: (goal, head) => void put.run(goal, head.seq, head.commits, head.hash),
    archived: (goal) => void seal.run(goal),
    isArchived: (goal) => find(goal)?.archived === 1,
    following: (after, count) => (next.all(after, count) as Row[]).map((row) => ({ goal: row.goal, head: headOf(row) })),
    count: () => (all.get() as { n: number }).n,
    close: () => db.close(),
  };
}
