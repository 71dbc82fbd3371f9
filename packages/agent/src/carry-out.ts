// Carries out one step: gather, decide, act, each in its span; tells the events that belong in the log.
import { TerminalError } from '@awo/contracts';
import type { Decision, Event, StepState, ToolCall, Verdict } from '@awo/contracts';
import type { Bus, LogHead } from '@awo/bus';
import { ATTR, SPAN, contextFrom, inSpan, recordDecision, traceparentOf } from '@awo/telemetry';
import { stepContext } from './context.ts';
import { decisionOf } from './decision-of.ts';
import type { AgentDefinition } from './define-agent.ts';
import type { PlanEdit, StepContext, StepResult } from './step.ts';

/** Facts up to this size stand in the decision itself; larger ones are stored as evidence. */
const INLINE_FACTS_BYTES = 256;

export type CarryOutOptions = {
  agent: AgentDefinition;
  bus: Bus;
  head: LogHead;
  step: StepState;
  /** The span that handed the step over. */
  parent: string | undefined;
  /** Told the step's own span, so that what follows hangs below it even when the step throws. */
  onSpan: (traceparent: string | undefined) => void;
  /** Told what belongs in the log as it happens, so that what was decided is there also when carrying it out throws. */
  onEvent: (event: Event) => void;
  signal: AbortSignal;
  now: () => Date;
  /** Which delivery of its message this is. */
  attempt?: number;
};

/** Errors leave as they are: `settle` knows what they mean. */
export async function carryOut({ agent, bus, head, step, parent, onSpan, onEvent, signal, now, attempt = 1 }: CarryOutOptions): Promise<void> {
  const handler = agent.steps[step.kind];
  if (!handler) throw new TerminalError('internal', `The ${agent.role} agent has no step "${step.kind}"; this goal was planned by a newer version.`);
  const { state } = head.commit;
  const startedAt = now().toISOString();
  const attributes = {
    [ATTR.operation]: 'invoke_agent',
    [ATTR.agentName]: agent.role,
    [ATTR.goal]: state.id,
    [ATTR.goalKind]: state.spec.kind,
    [ATTR.step]: step.id,
    [ATTR.stepKind]: step.kind,
    [ATTR.look]: (step.wait?.looks ?? 0) + 1,
  };
  return inSpan(SPAN.invokeAgent(agent.role), contextFrom(parent), attributes, async (outer, span) => {
    onSpan(traceparentOf(outer));
    // Each phase has a context of its own: calls in parallel, and ones that outlast their phase, keep the right parent.
    const onCall = (call: ToolCall) => onEvent({ type: 'tool.called', step: step.id, call });
    const within = <T>(name: string, run: (context: StepContext) => Promise<T>) =>
      inSpan(name, outer, {}, (trace) => run(stepContext({ bus, head, step, trace, onCall, signal, now, attempt })));
    const facts = await within(SPAN.gather, (context) => handler.gather(context));
    const decided = await inSpan(SPAN.decide, outer, {}, async (_inner, child) => {
      const verdict = handler.decide(facts);
      const decision = await recorded(bus, verdict, facts);
      recordDecision(child, decision, verdict.traced);
      return { verdict, decision };
    });
    onEvent({ type: 'decision.made', step: step.id, decision: decided.decision });
    const result = await within(SPAN.act, (context) => handler.act(context, decided.verdict, facts));
    span.setAttribute(ATTR.outcome, result.kind);
    for (const event of resultEvents(result, step, startedAt, state.planVersion, now)) onEvent(event);
  });
}

async function recorded(bus: Bus, verdict: Verdict, facts: unknown): Promise<Decision> {
  const json = JSON.stringify(facts ?? null);
  const decision = decisionOf(verdict);
  return json.length > INLINE_FACTS_BYTES ? { ...decision, facts: [await bus.evidence.put(json)] } : { ...decision, facts: [], given: json };
}

function planEvents(edit: PlanEdit | undefined, planVersion: number): Event[] {
  if (edit === undefined) return [];
  const changes = edit.changes.map((c) => ({ ...c, because: c.because.slice(0, 400) }));
  return [{ type: 'plan.changed', version: planVersion + 1, steps: edit.add, remove: edit.remove, changes }];
}

function resultEvents(result: StepResult, step: StepState, startedAt: string, planVersion: number, now: () => Date): Event[] {
  if (result.kind === 'ended')
    return [{ type: 'goal.ended', outcome: result.outcome, because: result.because.slice(0, 2000), ...(result.report ? { report: result.report } : {}) }];
  const plan = planEvents(result.plan, planVersion);
  if (result.kind === 'wait') {
    const until = new Date(now().getTime() + result.afterMs).toISOString();
    return [...plan, { type: 'step.waited', step: step.id, until, because: result.because.slice(0, 200), memo: result.memo as Record<string, unknown> }];
  }
  const common = {
    step: step.id,
    startedAt: step.startedAt ?? startedAt,
    output: (result.output ?? {}) as Record<string, unknown>,
    evidence: result.evidence ?? [],
  };
  const end: Event =
    result.kind === 'passed'
      ? { type: 'step.passed', ...common }
      : { type: 'step.failed', ...common, code: result.code, message: result.message.slice(0, 2000) };
  // The plan first: a step that adds steps must not look like the last one for a moment.
  return [...plan, end];
}
