// Runs the chosen suites at the goal's head and gathers their results as facts.
import type { StepContext } from '@awo/agent';
import {
  DEFAULT_TEST_POLICY,
  ImpactAssessed,
  Planned,
  STEP_INPUTS,
  TerminalError,
  vcsDescribe,
  type StepKind,
  type SuiteResult,
  type SuiteTask,
} from '@awo/contracts';
import { drawAudit, filesToRun, orderSuites } from '@awo/test-order/ordering';
import type { Place } from '@awo/test-order/ordering';
import { thisMachine, widthOn, type Machine } from '../share/crew.ts';
import { runTogether, type Sharing } from '../share/lead.ts';
import { actionOf, type TestFacts } from './facts.ts';
import { noHistory, type RunHistory } from './run-history.ts';

/** `machine` is a parameter so that a test can have another one. */
export async function gatherTests(
  ctx: StepContext,
  machine: Machine = thisMachine(),
  history: RunHistory = noHistory,
  sharing: Sharing | null = null,
): Promise<TestFacts> {
  const started = ctx.now().getTime();
  const { suites: asked, widened = [], narrow = [] } = STEP_INPUTS['run-tests'].parse(ctx.step.input);
  const { repo, head, base } = plannedOf(ctx);
  const model = asked.length === 0 ? { suites: [] } : await ctx.call(vcsDescribe, { repo, sha: head });
  const policy = ('testing' in model ? model.testing : undefined) ?? DEFAULT_TEST_POLICY;
  const known = new Set(model.suites.map((suite) => suite.id));
  const chosen = new Set(asked);
  const impact = ImpactAssessed.safeParse(outputOf(ctx, 'assess-impact'));
  const order = orderSuites(
    model.suites.filter((suite) => chosen.has(suite.id)),
    impact.success ? impact.data : null,
    await history.runsOf(repo, asked),
  );
  const parallel = Math.min(widthOn(machine), Math.max(1, order.length));
  let firstFailureMs: number | null = null;
  const taskOf = (place: Place): SuiteTask => {
    const { suite, first } = place;
    const only = filesToRun(place, narrow);
    const some = { ...(only.length > 0 ? { only } : {}), ...(first.length > 0 ? { first } : {}) };
    const args = { repo, sha: head, suite, install: suite.install, ...some };
    return { suite: suite.id, action: actionOf(suite.id), args, of: narrow.find((one) => one.suite === suite.id)?.of ?? null };
  };
  const onResult = ({ verdict }: SuiteResult) => {
    if (verdict !== 'passed') firstFailureMs ??= ctx.now().getTime() - started;
  };
  const { results, givenBack } = await runTogether({ ctx, tasks: order.map(taskOf), width: parallel, onResult }, sharing);
  return {
    head,
    order: order.map(({ suite, because }) => ({ suite: suite.id, because })),
    unknown: [...chosen].filter((id) => !known.has(id)),
    results,
    parallel,
    ...machine,
    durationMs: ctx.now().getTime() - started,
    firstFailureMs,
    // What was widened would have been left out: all of it is looked at, which costs nothing where it has just run.
    audit:
      widened.length > 0
        ? drawAudit({ goal: ctx.goal, base }, widened, 1)
        : drawAudit(
            { goal: ctx.goal, base },
            // Of a suite that ran in part the rest was left out: drawn, it runs whole.
            [...[...known].filter((id) => !chosen.has(id)), ...results.flatMap(({ suite, narrowed }) => (narrowed ? [suite] : []))],
            policy.audit.share,
          ),
    widened,
    quarantine: policy.quarantine,
    today: new Date(started).toISOString().slice(0, 10),
    ...(givenBack.length > 0 ? { givenBack } : {}),
  };
}

/** Throws TerminalError `bad-message`. */
export function plannedOf(ctx: StepContext): Planned {
  const planned = Planned.safeParse(outputOf(ctx, 'plan'));
  if (planned.success) return planned.data;
  throw new TerminalError('bad-message', `Step ${ctx.step.id} found no output of a "plan" step in goal ${ctx.goal}: it needs repo and head from there.`);
}

/** The output of the step of this kind that passed. */
export const outputOf = (ctx: StepContext, kind: StepKind): unknown =>
  ctx.state.steps.findLast((step) => step.kind === kind && step.status === 'passed')?.output;
