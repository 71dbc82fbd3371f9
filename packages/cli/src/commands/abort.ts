// awo abort: a person's wish to stop, appended to the goal's log like any other fact.
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { print } from '../output/print.ts';
import { withSession } from '../session.ts';
import { outcomeWords } from '../story/words.ts';
import { asPerson } from './as-person.ts';
import { followGoal } from './follow-goal.ts';

export type AbortOptions = { because?: string | undefined; wait?: boolean | undefined };

/** A goal that has ended cannot be aborted: RefusedError. One that is being aborted stays so. */
export const abort = (context: CliContext, wanted: string, options: AbortOptions): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const goal = await findGoal(bus, wanted);
    const { acted, write } = asPerson(context, bus, options.because);
    const { written, head } = await write(goal, (state) => (!state || state.ended || state.halted ? null : [acted('abort')]));
    // Nothing to be written to: it ended, and has left the log.
    const ended = (head ?? (written ? null : await bus.lastCommit(goal)))?.commit.state.ended;
    if (!written && ended)
      throw new RefusedError(
        `${goal} has ended already: ${outcomeWords(ended.outcome)}.`,
        'What it put into an environment is taken back by: awo rollback --env NAME',
      );
    // What was asked for has happened when the goal ends as aborted, so that is what --wait waits for.
    if (options.wait) {
      const code = await followGoal(context, bus, goal);
      const last = await bus.lastCommit(goal);
      return last?.commit.state.ended?.outcome === 'aborted' ? EXIT.reached : code;
    }
    await print(context.terminal, context.format, { id: goal, aborting: true, already: !written }, () => [
      written ? `${goal} is being aborted: what has begun is undone.` : `${goal} is being aborted already.`,
      context.terminal.style('dim', `Look on: awo watch ${goal}`),
    ]);
    return EXIT.reached;
  });
