// Checks a whole restored log: every chain, against what was signed before the backup was taken; and finds the goals that are still open.
import { isArchived, storedMessages } from '@awo/bus';
import type { Connection, GoalsCheckpoint } from '@awo/bus';
import { parseLogSubject, subjects } from '@awo/contracts';
import type { Violation } from '@awo/contracts';
import { CHAIN_START, verifyNext } from '@awo/goal';
import type { ChainPosition, GoalHead } from '@awo/goal';

export type CheckedLog = {
  goals: number;
  commits: number;
  /** Goals that were compared with what was signed of them. */
  signed: number;
  open: string[];
  problems: Violation[];
  /** When the newest commit was written; null for an empty log. */
  newest: string | null;
};

export async function checkLog(connection: Connection, checkpoints: readonly GoalsCheckpoint[]): Promise<CheckedLog> {
  const heads = headsOf(checkpoints);
  const signed = heads.size;
  const positions = new Map<string, ChainPosition>();
  const problems = new Map<string, Violation>();
  let commits = 0;
  let newest: string | null = null;
  for await (const { seq, subject, data, time } of storedMessages(connection, 'GOALS', subjects.allLogs)) {
    const { goal } = parseLogSubject(subject);
    commits++;
    newest = time.toISOString();
    if (problems.has(goal)) continue;
    const step = verifyNext(positions.get(goal) ?? CHAIN_START, { seq, subject, bytes: data });
    if (!step.ok) {
      problems.set(goal, { goal, ...step.problem });
      continue;
    }
    positions.set(goal, step.at);
    const head = heads.get(goal);
    if (head?.commits !== step.at.index) continue;
    heads.delete(goal);
    if (head.hash !== step.at.prev || head.seq !== seq)
      problems.set(goal, { goal, seq, index: head.commits - 1, what: 'other-commit', detail: `commit ${head.commits} is not the one that was signed` });
  }
  for (const [goal, head] of heads) {
    const index = positions.get(goal)?.index ?? 0;
    if (!problems.has(goal))
      problems.set(goal, { goal, seq: head.seq, index, what: 'missing-commits', detail: `${index} commits are there, ${head.commits} were signed` });
  }
  // The archiver may have been taking a goal out when the backup was made: all of it is in the archive.
  for (const goal of problems.keys()) if (await isArchived(connection, goal)) problems.delete(goal);
  const open = [...positions].flatMap(([goal, { state }]) => (problems.has(goal) || !state || state.ended ? [] : [goal]));
  return { goals: positions.size, commits, signed, open, problems: [...problems.values()], newest };
}

function headsOf(checkpoints: readonly GoalsCheckpoint[]): Map<string, GoalHead> {
  const found = new Map<string, GoalHead>();
  for (const { heads, archived } of checkpoints) {
    for (const [goal, seq, commits, hash] of heads) found.set(goal, { seq, commits, hash });
    for (const goal of archived) found.delete(goal);
  }
  return found;
}
