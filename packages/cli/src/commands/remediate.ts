// awo remediate, approve and reject: an incident that a person saw, and people's answers to what a repair asks.
import type { GoalState } from '@awo/contracts';
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { print } from '../output/print.ts';
import { withSession } from '../session.ts';
import { stepTitle } from '../story/words.ts';
import { asPerson } from './as-person.ts';
import { followGoal } from './follow-goal.ts';
import { specOf } from './release.ts';
import { sendGoal } from './send-goal.ts';
import type { SendOptions } from './send-goal.ts';

export type RemediateOptions = SendOptions & { env?: string | undefined; symptom?: string | undefined };
export type AnswerOptions = { because?: string | undefined; wait?: boolean | undefined };

export const remediate = (context: CliContext, service: string, options: RemediateOptions): Promise<ExitCode> =>
  sendGoal(context, specOf({ kind: 'remediate', service, environment: options.env, symptom: options.symptom }), options);

/** What a step of the goal asks people, by the digest of exactly that; null: it asks nothing. */
export function askedIn(state: GoalState): { of: string; what: string } | null {
  for (const step of state.steps) {
    const of = step.wait?.memo['digest'];
    if (step.wait && step.wait.memo['asks'] === true && typeof of === 'string') return { of, what: `${stepTitle(step)}: ${step.wait.because}` };
  }
  return null;
}

/** Throws RefusedError where the goal asks nothing, or somebody has said the opposite already. */
export const answer = (context: CliContext, wanted: string, action: 'approve' | 'reject', options: AnswerOptions): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const goal = await findGoal(bus, wanted);
    const { acted, write } = asPerson(context, bus, options.because);
    const asked = askedOf((await bus.lastCommit(goal))?.commit.state, goal);
    // What was shown is what is answered: another question needs another answer.
    await write(goal, (state) => (state && !state.ended && askedIn(state)?.of === asked.of ? [acted(action, asked.of)] : null));
    refuseOpposite((await bus.lastCommit(goal))?.commit.state, asked.of, action);
    if (options.wait) return followGoal(context, bus, goal);
    await print(context.terminal, context.format, { id: goal, answer: action, of: asked.of, what: asked.what }, () => [
      `${action === 'approve' ? 'Approved' : 'Rejected'}: ${asked.what}`,
      context.terminal.style('dim', `Look on: awo watch ${goal}`),
    ]);
    return EXIT.reached;
  });

/** The first answer counts; whoever comes second must not believe that theirs did. */
function refuseOpposite(state: GoalState | undefined, of: string, action: 'approve' | 'reject'): void {
  const counts = state?.answers?.find((a) => a.of === of);
  if (!state || !counts || counts.yes === (action === 'approve')) return;
  throw new RefusedError(
    `${counts.who} has ${counts.yes ? 'approved' : 'rejected'} it already: ${counts.because}.`,
    `To end it all the same: awo abort ${state.id}`,
  );
}

function askedOf(state: GoalState | undefined, goal: string): { of: string; what: string } {
  const asked = state && !state.ended ? askedIn(state) : null;
  if (asked) return asked;
  throw new RefusedError(`${goal} asks for nothing${state?.ended ? ': it has ended' : ' now'}.`, `Look with: awo explain ${goal}`);
}
