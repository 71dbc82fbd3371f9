// Looks on until a goal has ended: the timeline, and the exit code that its outcome stands for.
import type { Bus } from '@awo/bus';
import { isEnded } from '@awo/goal';
import type { CliContext } from '../context.ts';
import { EXIT, exitOfOutcome } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { openTimeline } from '../timeline/timeline.ts';

/** Shows one goal from its first commit on. With `-o json` one commit per line. */
export async function followGoal(context: CliContext, bus: Bus, goal: string): Promise<ExitCode> {
  const { terminal, signal } = context;
  const asJson = context.format === 'json';
  const timeline = asJson ? undefined : openTimeline(terminal, await terminal.screen?.());
  try {
    for await (const head of bus.follow({ goal, signal })) {
      if (asJson) terminal.out(JSON.stringify(head.commit));
      timeline?.show(head.commit);
      const { ended } = head.commit.state;
      if (isEnded(head.commit.state) && ended) return exitOfOutcome(ended.outcome);
    }
  } finally {
    timeline?.close();
  }
  terminal.err(`The goal goes on. Look on again: awo watch ${goal}   Stop it: awo abort ${goal}`);
  return EXIT.interrupted;
}
