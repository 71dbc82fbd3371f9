// awo watch: one goal until it has ended, or everything that happens.
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { withSession } from '../session.ts';
import { openTimeline } from '../timeline/timeline.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { followGoal } from './follow-goal.ts';

export async function watch(context: CliContext, wanted: string | undefined, options: { all?: boolean | undefined }): Promise<ExitCode> {
  if (options.all) return watchAll(context);
  if (!wanted) throw new UsageError('Which goal?', 'awo watch GOAL, awo watch last, or awo watch --all');
  return withSession(context, async ({ bus }) => followGoal(context, bus, await findGoal(bus, wanted)));
}

/** Every goal's commits from now on, each line under its goal's id. Ends with Ctrl-C. */
const watchAll = (context: CliContext): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const { terminal, signal, format } = context;
    const timelines = new Map<string, Timeline>();
    const { state } = await bus.jsm.streams.info('GOALS');
    for await (const { commit } of bus.follow({ fromSeq: state.last_seq + 1, signal })) {
      if (format === 'json') terminal.out(JSON.stringify(commit));
      else {
        const timeline = timelines.get(commit.goal) ?? openTimeline(terminal, undefined, `${commit.goal}  `);
        timelines.set(commit.goal, timeline);
        timeline.show(commit);
        if (commit.state.ended) timelines.delete(commit.goal);
      }
    }
    return EXIT.interrupted;
  });
