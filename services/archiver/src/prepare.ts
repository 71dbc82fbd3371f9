// Looks at a finished goal once more before it is sealed: complete, unbroken, and nothing written after its end.
import type { GoalState } from '@awo/contracts';
import { verifyChain } from '@awo/goal';
import type { Bus } from '@awo/bus';
import { describeGoal, frameOf } from '@awo/archive';
import type { Archive, ArchivedCommit, PackContent } from '@awo/archive';
import type { GoalInLog } from './log-view.ts';

export type Prepared = { kind: 'ready'; content: PackContent & { frame: Buffer } } | { kind: 'kept'; because: string };

const bytesOf = (text: string) => new TextEncoder().encode(text);

export async function prepare(bus: Bus, one: GoalInLog, state: GoalState): Promise<Prepared> {
  const commits = one.commits ?? (await readAgain(bus, one.goal));
  const last = commits.at(-1);
  const current = await bus.currentCommit(one.goal);
  if (!last || current?.seq !== last.seq) return { kind: 'kept', because: `commit ${current?.seq ?? 'none'} was written after its end` };
  const chain = verifyChain(commits.map(({ seq, subject, commit }) => ({ seq, subject, bytes: bytesOf(commit) })));
  if (!chain.ok) return { kind: 'kept', because: `commit ${chain.problem.seq}, ${chain.problem.what}: ${chain.problem.detail}` };
  // Text that is not UTF-8 would come back as other bytes: the hash of what the log holds tells.
  const goal = describeGoal(state, commits.length, bytesOf(last.commit));
  if (current.hash !== goal.head) return { kind: 'kept', because: `commit ${last.seq} is not UTF-8` };
  return { kind: 'ready', content: { goal, commits, frame: frameOf(commits) } };
}

async function readAgain(bus: Bus, goal: string): Promise<ArchivedCommit[]> {
  const commits: ArchivedCommit[] = [];
  for await (const { seq, subject, traceparent, bytes } of bus.history(goal))
    commits.push({ seq, subject, commit: new TextDecoder().decode(bytes), ...(traceparent ? { traceparent } : {}) });
  return commits;
}

/** A goal that is in the archive and (still, or again) in the log: null where the archive holds every commit of it, else what differs. */
export async function differsFromArchive(archive: Archive, one: GoalInLog): Promise<string | null> {
  const found = await archive.read(one.goal);
  if (!found?.commits) return 'it is in the log again although retention has removed it from the archive';
  const known = new Map(found.commits.map(({ seq, commit }) => [seq, commit]));
  if (!one.commits) return 'it is in the archive already, and too large to be compared';
  const other = one.commits.find(({ seq, commit }) => known.get(seq) !== commit);
  return other ? `pack ${found.pack} does not hold its commit ${other.seq}` : null;
}
