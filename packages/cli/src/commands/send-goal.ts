// Sends a goal, says what was understood and what became of it, and looks on with --wait.
import { randomUUID } from 'node:crypto';
import type { Bus } from '@awo/bus';
import type { GoalSpec } from '@awo/contracts';
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError, UnreachableError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../output/print.ts';
import { withSession } from '../session.ts';
import { goalTitle, repositoryOf } from '../story/words.ts';
import { followGoal } from './follow-goal.ts';

export type SendOptions = { wait?: boolean | undefined; id?: string | undefined };

/** Refused: RefusedError with the planner's reason. */
export async function sendGoal(context: CliContext, spec: GoalSpec, options: SendOptions): Promise<ExitCode> {
  const { terminal, format } = context;
  const repo = repositoryOf(spec);
  if (!format || format === 'wide') terminal.err(terminal.style('dim', `${goalTitle(spec)}${repo ? `, from ${repo}` : ''}`));
  return withSession(context, async ({ bus }) => {
    const { goal, duplicate, place } = await submit(bus, spec, options.id);
    if (options.wait) return followGoal(context, bus, goal);
    await print(terminal, format, { id: goal, duplicate, spec }, () => [
      duplicate
        ? `${goal} is there already: the same --id is the same goal.`
        : `${goal} accepted${place ? `; many are open, so it waits at place ${place}` : ''}.`,
      terminal.style('dim', `Look on: awo watch ${goal}   Why: awo explain ${goal}`),
    ]);
    return EXIT.reached;
  });
}

async function submit(bus: Bus, spec: GoalSpec, id: string | undefined): Promise<{ goal: string; duplicate: boolean; place: number | undefined }> {
  const reply = await bus.submit(spec, { id: id ?? randomUUID() }).catch((error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    throw new UnreachableError(
      `Nobody answered for the goal: ${said}.`,
      'It is kept if the bus took it: look with awo ps. If the planner is down: npx awo doctor',
    );
  });
  if (reply.accepted) return { goal: reply.goal, duplicate: reply.duplicate ?? false, place: reply.waiting?.place };
  throw new RefusedError(`Refused, ${reply.code}: ${reply.reason}`);
}
