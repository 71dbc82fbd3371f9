// awo plan --dry-run: the agents plan and decide a release as they would, and nothing is changed.
import { randomUUID } from 'node:crypto';
import type { Bus } from '@awo/bus';
import type { Commit, Decision } from '@awo/contracts';
import { isEnded } from '@awo/goal';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError, UnreachableError, exitOfOutcome } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../output/print.ts';
import { withSession } from '../session.ts';
import { planLines } from '../story/plan-lines.ts';
import { commitsOf } from './commits-of.ts';
import { revisionFields, specOf } from './release.ts';
import type { ReleaseOptions } from './release.ts';

const Chosen = z.object({
  steps: z.array(z.object({ id: z.string(), kind: z.string(), because: z.string() })).default([]),
  rollouts: z.array(z.unknown()).default([]),
});

/** What would be done, and the decisions that lead there. Field names are documented in docs/cli-data.md. */
export type DryRun = {
  id: string;
  outcome: string;
  because: string;
  decisions: Pick<Decision, 'kind' | 'because' | 'choice' | 'figures' | 'alternatives' | 'checks'>[];
  suites: unknown;
  rollouts: unknown[];
  steps: { id: string; kind: string; because: string }[];
};

export async function plan(context: CliContext, service: string | undefined, options: ReleaseOptions): Promise<ExitCode> {
  const where = await revisionFields(context, options);
  const spec = specOf({ kind: 'release', ...where, service, environment: options.env, strategy: options.strategy });
  return withSession(context, async ({ bus }) => {
    const { terminal, format, signal } = context;
    const reply = await bus.submit({ ...spec, dryRun: true } as typeof spec, { id: options.id ?? randomUUID() }).catch((error: unknown) => {
      throw new UnreachableError(`Nobody answered: ${error instanceof Error ? error.message : String(error)}.`, 'If the planner is down: npx awo doctor');
    });
    if (!reply.accepted) throw new RefusedError(`Refused, ${reply.code}: ${reply.reason}`);
    for await (const head of bus.follow({ goal: reply.goal, signal })) if (isEnded(head.commit.state)) break;
    if (signal.aborted) return EXIT.interrupted;
    const result = await dryRunOf(bus, reply.goal);
    await print(terminal, format, result, () => planLines(result, terminal.style, terminal.columns()));
    return result.outcome === 'done' ? EXIT.reached : exitOfOutcome(result.outcome as Parameters<typeof exitOfOutcome>[0]);
  });
}

async function dryRunOf(bus: Bus, goal: string): Promise<DryRun> {
  const commits = await commitsOf(bus, goal);
  const state = (commits.at(-1) as Commit).state;
  const outputOf = (kind: string) => state.steps.find((s) => s.kind === kind)?.output;
  const chosen = Chosen.parse(outputOf('choose-strategy') ?? {});
  const decisions = commits.flatMap((c) => c.events.flatMap((e) => (e.type === 'decision.made' ? [e.decision] : []))).filter((d) => d.because !== 'first-look');
  return {
    id: goal,
    outcome: state.ended?.outcome ?? 'failed',
    because: state.ended?.because ?? '',
    decisions: decisions.map(({ kind, because, choice, figures, alternatives, checks }) => ({ kind, because, choice, figures, alternatives, checks })),
    suites: outputOf('refine-plan')?.suites ?? [],
    rollouts: chosen.rollouts,
    steps: chosen.steps,
  };
}
