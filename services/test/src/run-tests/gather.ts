// Runs the chosen suites at the goal's head and gathers their results as facts.
import { availableParallelism } from 'node:os';
import type { StepContext } from '@awo/agent';
import { ImpactAssessed, Planned, STEP_INPUTS, TerminalError, testsRun, vcsDescribe, type StepKind } from '@awo/contracts';
import { actionOf, resultOf, type SuiteResult, type TestFacts } from './facts.ts';
import { noHistory, type RunHistory } from './run-history.ts';
import { inParallel } from './in-parallel.ts';
import { orderSuites, type Place } from './order.ts';

const MB = 1024 * 1024;
/** What a suite is taken to need. The test server waits by what is really free. */
const MEMORY_PER_SUITE_MB = 512;

type Machine = { cores: number; memoryFreeMb: number };
const thisMachine = (): Machine => ({ cores: availableParallelism(), memoryFreeMb: Math.floor(process.availableMemory() / MB) });

/** `machine` is a parameter so that a test can have another one. */
export async function gatherTests(ctx: StepContext, machine: Machine = thisMachine(), history: RunHistory = noHistory): Promise<TestFacts> {
  const started = ctx.now().getTime();
  const { suites: asked } = STEP_INPUTS['run-tests'].parse(ctx.step.input);
  const planned = Planned.safeParse(outputOf(ctx, 'plan'));
  if (!planned.success)
    throw new TerminalError('bad-message', `Step ${ctx.step.id} found no output of a "plan" step in goal ${ctx.goal}: it needs repo and head from there.`);
  const { repo, head } = planned.data;
  const model = asked.length === 0 ? { suites: [] } : await ctx.call(vcsDescribe, { repo, sha: head });
  const known = new Set(model.suites.map((suite) => suite.id));
  const chosen = new Set(asked);
  const impact = ImpactAssessed.safeParse(outputOf(ctx, 'assess-impact'));
  const order = orderSuites(
    model.suites.filter((suite) => chosen.has(suite.id)),
    impact.success ? impact.data : null,
    await history.linesOf(repo, asked),
  );
  const parallel = Math.max(1, Math.min(machine.cores, Math.floor(machine.memoryFreeMb / MEMORY_PER_SUITE_MB), order.length));

  const run = async ({ suite }: Place): Promise<SuiteResult> => {
    const report = await ctx.call(testsRun, { repo, sha: head, suite, install: suite.install }, actionOf(suite.id));
    return resultOf(report, await ctx.putEvidence(report));
  };
  const results = await inParallel(parallel, order, run);
  return {
    head,
    order: order.map(({ suite, because }) => ({ suite: suite.id, because })),
    unknown: [...chosen].filter((id) => !known.has(id)),
    results,
    parallel,
    ...machine,
    durationMs: ctx.now().getTime() - started,
  };
}

/** The output of the step of this kind that passed. */
const outputOf = (ctx: StepContext, kind: StepKind): unknown => ctx.state.steps.findLast((step) => step.kind === kind && step.status === 'passed')?.output;
