// awo pause, resume, promote: a person joins a goal under way, by commits in its log like everybody else's.
import { STEP_INPUTS, STEP_ROLES } from '@awo/contracts';
import type { Event, GoalState, PlanStep } from '@awo/contracts';
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { print } from '../output/print.ts';
import { withSession } from '../session.ts';
import { outcomeWords } from '../story/words.ts';
import { asPerson } from './as-person.ts';
import type { Person } from './as-person.ts';

type Action = 'pause' | 'resume' | 'promote';
export type JoinOptions = { because?: string | undefined; weight?: string | undefined };

const DONE: Record<Action, (goal: string) => string> = {
  pause: (goal) => `${goal} is held: traffic stays as it is, and what does harm is still taken back.`,
  resume: (goal) => `${goal} goes on.`,
  promote: (goal) => `${goal} goes on without waiting for evidence; what is proven to do harm is undone all the same.`,
};

/** Throws RefusedError where the goal has ended or is being aborted, UsageError where a promotion has no reason. */
export async function join(context: CliContext, action: Action, wanted: string, options: JoinOptions): Promise<ExitCode> {
  if (action === 'promote' && !options.because) throw new UsageError('Who answers for a release says why: --because TEXT');
  const weight = options.weight === undefined ? null : Number(options.weight);
  if (weight !== null && !(Number.isInteger(weight) && weight >= 0 && weight < 100))
    throw new UsageError(`--weight ${options.weight ?? ''}: a whole number of per cent from 0 to 99 is expected`);
  return withSession(context, async ({ bus }) => {
    const goal = await findGoal(bus, wanted);
    const person = asPerson(context, bus, options.because);
    const { who, because } = person;
    const { written, head } = await person.write(goal, (state) => (state === null ? null : joined(state, action, person, weight)));
    const state = (head ?? (written ? null : await bus.lastCommit(goal)))?.commit.state;
    if (!written) refuse(goal, action, weight, state ?? null);
    await print(context.terminal, context.format, { id: goal, action, who, because, weight, already: !written }, () => [
      written ? DONE[action](goal) : `${goal} is ${action === 'pause' ? 'held' : 'under way'} already.`,
      context.terminal.style('dim', `Look on: awo watch ${goal}`),
    ]);
    return EXIT.reached;
  });
}

/** The events that belong to this state; null: none do. Pure. */
function joined(state: GoalState, action: Action, { who, because, acted: acts }: Person, weight: number | null): Event[] | null {
  if (state.ended || state.halted) return null;
  if (weight === null && ((action === 'pause' && state.held) || (action === 'resume' && !state.held) || (action === 'promote' && state.vouched && !state.held)))
    return null;
  const acted = acts(action);
  if (weight === null) return [acted];
  const shifts = lowered(state, weight, `${who}: ${because}`);
  if (shifts.length === 0) return null;
  const changes = shifts.map((s) => ({ change: 'added' as const, step: s.id, because: s.because }));
  return [acted, { type: 'plan.changed', version: state.planVersion + 1, steps: shifts, remove: [], changes }];
}

/** A step of its own for each service that is being watched: it runs at once, held or not. */
function lowered(state: GoalState, weight: number, because: string): PlanStep[] {
  const watched = state.steps.flatMap((s) => {
    const input = s.kind === 'watch-rollout' && s.status === 'dispatched' ? STEP_INPUTS['watch-rollout'].safeParse(s.input).data : undefined;
    return input && input.weight > weight && input.change.base !== null ? [input] : [];
  });
  return watched.map(({ environment, change }) => ({
    id: freeId(state, `shift-${change.service.slice(0, 40)}-${weight}-by-person`),
    kind: 'shift-traffic',
    role: STEP_ROLES['shift-traffic'],
    needs: [],
    when: 'always',
    input: { environment, change, weight },
    because: because.slice(0, 300),
  }));
}

function freeId(state: GoalState, id: string): string {
  const taken = new Set(state.steps.map((s) => s.id));
  for (let n = 1; ; n++) {
    const next = n === 1 ? id : `${id}-${n}`;
    if (!taken.has(next)) return next;
  }
}

function refuse(goal: string, action: Action, weight: number | null, state: GoalState | null): void {
  if (state?.ended)
    throw new RefusedError(
      `${goal} has ended already: ${outcomeWords(state.ended.outcome)}.`,
      'What it put into an environment is taken back by: awo rollback --env NAME',
    );
  if (state?.halted) throw new RefusedError(`${goal} is being taken back already: ${state.halted.because}.`, `Look on: awo watch ${goal}`);
  if (weight !== null)
    throw new RefusedError(`Nothing of ${goal} is watched at more than ${weight} % beside an older one.`, `Where it stands: awo get ${goal}`);
  if (action === 'resume') throw new RefusedError(`${goal} is not held.`, `Where it stands: awo get ${goal}`);
}
