// What a chain alone cannot show: that its end was cut off, or that all of it was replaced. Compared with what was signed before. Pure.
import { hashOf, verifyChain } from './chain.ts';
import type { ChainEntry, ChainProblem } from './chain.ts';

/** How far a goal had come: the sequence of its last commit, how many there were, and the SHA-256 of the last one's bytes, which holds all before it. */
export type GoalHead = { seq: number; commits: number; hash: string };

export type Anchored = { ok: true; head: GoalHead | null } | { ok: false; problem: ChainProblem };

/**
 * `verifyChain`, and then: the commit that `known` names stands where it stood. `known` null: nothing was signed yet.
 * Not found: what came after `known` and was changed or cut off before anybody signed it.
 */
export function verifyAnchored(entries: readonly ChainEntry[], known: GoalHead | null): Anchored {
  const chain = verifyChain(entries);
  const last = entries.at(-1);
  const head = last ? { seq: last.seq, commits: entries.length, hash: hashOf(last.bytes) } : null;
  // A fault within the chain is the more exact place; what is signed says that there is one where the chain says nothing.
  if (!chain.ok) return chain;
  if (!known) return { ok: true, head };
  const index = known.commits - 1;
  const there = entries[index];
  const fail = (what: ChainProblem['what'], seq: number, at: number, detail: string): Anchored => ({ ok: false, problem: { seq, index: at, what, detail } });
  if (!there) {
    const seq = (last?.seq ?? 0) + 1;
    return fail(
      'missing-commits',
      seq,
      entries.length,
      `${entries.length} commits are there, ${known.commits} were signed, the last with sequence ${known.seq}`,
    );
  }
  if (hashOf(there.bytes) !== known.hash)
    return fail('other-commit', there.seq, index, `commit ${known.commits} is ${hashOf(there.bytes).slice(0, 12)}, ${known.hash.slice(0, 12)} was signed`);
  if (there.seq !== known.seq) return fail('other-commit', there.seq, index, `commit ${known.commits} has sequence ${there.seq}, ${known.seq} was signed`);
  return { ok: true, head };
}
