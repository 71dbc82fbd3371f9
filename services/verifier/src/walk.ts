// Walks what is new in the log: each commit must follow from the one before it.
import { storedMessages } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { Commit, parseLogSubject, subjects } from '@awo/contracts';
import type { GoalState, Violation } from '@awo/contracts';
import { CHAIN_START, hashOf, verifyAnchored, verifyNext } from '@awo/goal';
import type { ChainEntry, ChainPosition, GoalHead } from '@awo/goal';
import { entriesOf } from './again.ts';
import type { Heads } from './heads.ts';
import type { IsSealed } from './sealed.ts';
import { violationOf } from './violation.ts';

/** States of goals that moved lately; another's is read from its last commit. */
const REMEMBERED_STATES = 1000;
/** A walk ends after so many commits, so that what it found is signed and other work gets its turn. */
const AT_MOST = 2000;

type Walked = { to: number; moved: Map<string, GoalHead>; violations: Violation[]; more: boolean };
export type Walker = {
  /** `broken`: goals with a violation already; one fault is reported once. */
  walk: (from: number) => Promise<Walked>;
};

export function openWalker(bus: Bus, heads: Heads, broken: Set<string>, isSealed: IsSealed): Walker {
  const states = new Map<string, { hash: string; state: GoalState | null }>();
  const remember = (goal: string, hash: string, state: GoalState | null) => {
    states.delete(goal);
    states.set(goal, { hash, state });
    if (states.size > REMEMBERED_STATES) for (const [oldest] of states) return void states.delete(oldest);
  };
  /** The state after the commit that `head` names; a violation where another one stands there now. */
  const stateAt = async (goal: string, head: GoalHead): Promise<GoalState | null | Violation> => {
    const known = states.get(goal);
    if (known?.hash === head.hash) return known.state;
    const message = await bus.jsm.direct.getMessage('GOALS', { seq: head.seq });
    if (!message || hashOf(message.data) !== head.hash)
      return { goal, seq: head.seq, index: head.commits - 1, what: 'other-commit', detail: `sequence ${head.seq} holds another commit than was signed` };
    return Commit.parse(JSON.parse(message.string())).state;
  };
  /** What does not follow here may be the last of many changes: the first one is the place to name. */
  const firstIn = async (goal: string, head: GoalHead | null, found: Violation): Promise<Violation> => {
    const whole = verifyAnchored(await entriesOf(bus, 'GOALS', goal), head);
    return whole.ok ? found : violationOf(goal, whole.problem);
  };
  const follow = async (goal: string, entry: ChainEntry): Promise<GoalHead | Violation | null> => {
    const head = heads.get(goal);
    const before = head ? await stateAt(goal, head) : null;
    // The archiver takes a goal out from below, and may be in the middle of it.
    if (before && 'what' in before) return (await isSealed(goal, head)) ? null : firstIn(goal, head, before);
    const at: ChainPosition = head ? { index: head.commits, prev: head.hash, state: before } : CHAIN_START;
    const step = verifyNext(at, entry);
    if (step.ok) {
      remember(goal, step.at.prev, step.at.state);
      return { seq: entry.seq, commits: step.at.index, hash: step.at.prev };
    }
    if (!head && step.problem.what === 'broken-chain' && (await isSealed(goal, null))) return null;
    return firstIn(goal, head, violationOf(goal, step.problem));
  };
  return {
    walk: async (from) => {
      const moved = new Map<string, GoalHead>();
      const violations: Violation[] = [];
      let to = from;
      let count = 0;
      for await (const { subject, seq, data } of storedMessages(bus, 'GOALS', subjects.allLogs, from + 1)) {
        const { goal } = parseLogSubject(subject);
        if (!broken.has(goal)) {
          const found = await follow(goal, { seq, subject, bytes: data });
          if (found && 'what' in found) {
            broken.add(goal);
            violations.push(found);
          } else if (found) {
            heads.set(goal, found);
            moved.set(goal, found);
          }
        }
        to = seq;
        if (++count >= AT_MOST) return { to, moved, violations, more: true };
      }
      return { to, moved, violations, more: false };
    },
  };
}
