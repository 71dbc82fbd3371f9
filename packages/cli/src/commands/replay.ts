// awo replay: a goal's states, one after the other, folded from its events alone. Nobody is asked, nothing is done again.
import type { Event, GoalState } from '@awo/contracts';
import { foldAll } from '@awo/goal';
import { isDeepStrictEqual } from 'node:util';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { print } from '../output/print.ts';
import { clock } from '../output/quantities.ts';
import { mark } from '../output/style.ts';
import { withSession } from '../session.ts';
import { outcomeWords, stepTitle } from '../story/words.ts';

type Replayed = { commit: number; seq: number; at: string; by: string; events: Event['type'][]; state: GoalState; asRecorded: boolean };

/** Exit code 1 where a state is not the one that was recorded: it then prints up to there. */
export const replay = (context: CliContext, wanted: string, options: { to?: string | undefined }): Promise<ExitCode> => {
  const to = options.to === undefined ? Infinity : Number(options.to);
  if (!(to >= 1)) throw new UsageError(`--to ${options.to} is no commit.`, 'Commits count from 1; see: awo log GOAL');
  return withSession(context, async ({ bus }) => {
    const goal = await findGoal(bus, wanted);
    const replayed: Replayed[] = [];
    let state: GoalState | null = null;
    for await (const { seq, commit } of bus.history(goal)) {
      if (replayed.length >= to || replayed.at(-1)?.asRecorded === false) break;
      state = foldAll(state, commit.events, commit.at);
      const asRecorded = isDeepStrictEqual(JSON.parse(JSON.stringify(state)), commit.state);
      replayed.push({
        commit: replayed.length + 1,
        seq,
        at: commit.at,
        by: commit.by.author,
        events: commit.events.map(({ type }) => type),
        state,
        asRecorded,
      });
    }
    const ok = replayed.every(({ asRecorded }) => asRecorded);
    await print(context.terminal, context.format, { id: goal, ok, commits: replayed }, () => replayedLines(context, goal, replayed));
    return ok ? EXIT.reached : EXIT.endedOtherwise;
  });
};

function replayedLines({ terminal: { style } }: CliContext, goal: string, replayed: readonly Replayed[]): string[] {
  const lines: string[] = [];
  let before: GoalState | null = null;
  for (const { commit, at, by, state } of replayed) {
    const was = new Map(before?.steps.map((step) => [step.id, step.status]));
    const changed = state.steps.filter((step) => was.get(step.id) !== step.status && (before || step.status !== 'waiting'));
    const steps = changed.map((step) => `${mark(style, step.status)} ${stepTitle(step)}`);
    const plan = state.planVersion === before?.planVersion ? [] : [`plan v${state.planVersion}, ${state.steps.length} steps`];
    const end = state.ended && !before?.ended ? [outcomeWords(state.ended.outcome)] : [];
    lines.push(
      `${String(commit).padStart(3)}  ${style('dim', clock(at, true))}  ${style('cyan', by.padEnd(9))}  ${[...plan, ...steps, ...end].join('; ') || 'as it was'}`,
    );
    before = state;
  }
  const last = replayed.at(-1);
  return [
    ...lines,
    last?.asRecorded === false
      ? `${mark(style, 'failed')} ${goal}: the events of commit ${last.commit} (sequence ${last.seq}) lead to another state than was recorded.`
      : `${mark(style, 'passed')} ${goal}: ${replayed.length} commits lead to the same states again.`,
  ];
}
