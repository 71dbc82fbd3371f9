// Records a goal's log as the agents would write it: real folds, real hashes, a clock that the test moves. For tests.
import { subjects } from '@awo/contracts';
import type { Author, Commit, Decision, Event, PlanStep, Verdict } from '@awo/contracts';
import { draftCommit, draftDispatch, hashOf } from '@awo/goal';
import type { Draft } from '@awo/goal';

export type Recorded = { commit: Commit; subject: string; seq: number; bytes: Uint8Array };

export function recorder(goal: string, start: string) {
  const log: Recorded[] = [];
  let clock = Date.parse(start);
  const now = () => new Date(clock).toISOString();
  const before = () => {
    const last = log.at(-1);
    return last ? { state: last.commit.state, prev: hashOf(last.bytes) } : null;
  };
  const append = ({ commit, to }: Draft) => {
    const bytes = new TextEncoder().encode(JSON.stringify(commit));
    log.push({ commit: JSON.parse(JSON.stringify(commit)) as Commit, subject: subjects.log(goal, commit.by.author, to), seq: 100 + log.length, bytes });
  };
  return {
    log,
    now,
    /** Lets time pass. */
    after: (ms: number) => (clock += ms),
    write: (author: Author, events: Event[]) => {
      const by = { author, instance: `${author}-1` };
      append(draftCommit(before(), goal, events, by, now()));
      for (let last = before(); last; last = before()) {
        const more = draftDispatch(last, by, now());
        if (!more) return;
        append(more);
      }
    },
  };
}

export const decided = (step: string, verdict: Verdict): Event => {
  const decision: Decision = { facts: [`sha256:${'ab12'.repeat(16)}`], figures: {}, alternatives: [], checks: [], by: 'rules', ...verdict };
  return { type: 'decision.made', step, decision };
};

export const called = (step: string, capability: string, server: string, startedAt: string, durationMs: number): Event => ({
  type: 'tool.called',
  step,
  call: { capability, server, action: 'call', startedAt, durationMs, outcome: 'ok' },
});

export const planStep = (step: Pick<PlanStep, 'id' | 'kind' | 'role' | 'needs' | 'because'> & Partial<PlanStep>): PlanStep => ({
  when: 'passed',
  input: {},
  ...step,
});
