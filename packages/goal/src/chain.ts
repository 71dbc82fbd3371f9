// The hash chain: each commit names the SHA-256 of the previous commit's bytes. Pure.
import { hash } from 'node:crypto';
import { Commit, FIRST_PREV } from '@awo/contracts';
import type { GoalState } from '@awo/contracts';
import { foldAll } from './fold.ts';

/** In one call: an object per hash costs as much again as hashing a commit. */
export const hashOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

const decoder = new TextDecoder();

export type ChainProblem = {
  seq: number;
  index: number;
  what: 'not-a-commit' | 'broken-chain' | 'wrong-state' | 'wrong-goal' | 'wrong-author' | 'wrong-addressee' | 'missing-commits' | 'other-commit';
  detail: string;
};
export type ChainEntry = { seq: number; bytes: Uint8Array; subject: string };
/** Where a walk along a goal's commits stands: the next one has this index, names this hash and goes on from this state. */
export type ChainPosition = { index: number; prev: string; state: GoalState | null };
export const CHAIN_START: ChainPosition = { index: 0, prev: FIRST_PREV, state: null };

/** Walks a goal's commits in order: every `prev` fits, every state is the fold of the events, every author and addressee fits the subject that the broker let through. */
export function verifyChain(entries: readonly ChainEntry[]): { ok: true; commits: number; state: GoalState | null } | { ok: false; problem: ChainProblem } {
  let at = CHAIN_START;
  for (const entry of entries) {
    const step = verifyNext(at, entry);
    if (!step.ok) return step;
    at = step.at;
  }
  return { ok: true, commits: entries.length, state: at.state };
}

/** One step of `verifyChain`, for those who walk along as the log grows. */
export function verifyNext(at: ChainPosition, { seq, bytes, subject }: ChainEntry): { ok: true; at: ChainPosition } | { ok: false; problem: ChainProblem } {
  const fail = (what: ChainProblem['what'], detail: string) => ({ ok: false as const, problem: { seq, index: at.index, what, detail } });
  let commit: Commit;
  try {
    commit = Commit.parse(JSON.parse(decoder.decode(bytes)));
  } catch (error) {
    return fail('not-a-commit', error instanceof Error ? error.message.slice(0, 300) : String(error));
  }
  const [, , goal, from, to] = subject.split('.');
  if (commit.goal !== goal) return fail('wrong-goal', `the commit says ${commit.goal}, its subject ${goal}`);
  if (commit.by.author !== from) return fail('wrong-author', `the commit says ${commit.by.author}, its subject ${from}`);
  if (commit.prev !== at.prev) return fail('broken-chain', `prev is ${commit.prev.slice(0, 12)}, the commit before has ${at.prev.slice(0, 12)}`);
  let state: GoalState;
  try {
    state = foldAll(at.state, commit.events, commit.at);
  } catch (error) {
    return fail('wrong-state', error instanceof Error ? error.message : String(error));
  }
  if (stable(state) !== stable(commit.state)) return fail('wrong-state', 'the stored state is not the fold of the events');
  const dispatched = commit.events.findLast((e) => e.type === 'step.dispatched')?.step;
  if (commit.dispatch?.step !== dispatched) return fail('wrong-addressee', `the commit hands over "${commit.dispatch?.step}", its events "${dispatched}"`);
  const next = state.steps.find((s) => s.id === dispatched)?.role ?? 'nobody';
  if (next !== to) return fail('wrong-addressee', `the commit hands over to ${next}, its subject to ${to}`);
  return { ok: true, at: { index: at.index + 1, prev: hashOf(bytes), state } };
}

/** JSON with sorted keys and without undefined: two states are the same exactly when these are. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  );
}
