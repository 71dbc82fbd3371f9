// awo get: one goal as it stands.
import type { GoalState } from '@awo/contracts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { table } from '../output/columns.ts';
import { print } from '../output/print.ts';
import { age, clock } from '../output/quantities.ts';
import { MARKS } from '../output/style.ts';
import { withSession } from '../session.ts';
import { jaegerUrl } from '../jaeger/jaeger-file.ts';
import { standstillOf, standstillWords } from '../story/standstill.ts';
import type { Standstill } from '../story/standstill.ts';
import { goalTitle, outcomeWords, stepTitle, tookWords } from '../story/words.ts';

/** Documented in docs/cli-data.md: fields are added, never renamed. */
function goalRecord(state: GoalState, traceparent: string | undefined, jaeger: string | undefined, standstill: Standstill | null) {
  const traceId = traceparent?.split('-')[1];
  const waits = state.steps.some((s) => s.status === 'dispatched' && s.wait);
  return {
    id: state.id,
    kind: state.spec.kind,
    state: state.ended ? 'ended' : waits ? 'waiting' : 'running',
    outcome: state.ended?.outcome ?? null,
    because: state.ended?.because ?? null,
    goal: goalTitle(state.spec),
    spec: state.spec,
    source: state.source,
    acceptedAt: state.acceptedAt,
    endedAt: state.ended?.at ?? null,
    /** The person who holds it, and the one who answers for it: `who`, `because`, `at`. */
    held: state.held ?? null,
    vouched: state.vouched ?? null,
    /** Why nothing happens, where nothing does: `step`, `role`, `since`, `because`. */
    standstill,
    plan: { version: state.planVersion, steps: state.steps.map((s) => s.id) },
    steps: state.steps.map((s) => ({
      id: s.id,
      kind: s.kind,
      role: s.role,
      status: s.status,
      because: s.because,
      needs: s.needs,
      startedAt: s.startedAt ?? null,
      settledAt: s.settledAt ?? null,
      waitsUntil: s.wait?.until ?? null,
      code: s.code ?? null,
      message: s.message ?? null,
      evidence: s.evidence ?? [],
    })),
    links: {
      explain: `awo explain ${state.id}`,
      log: `awo log ${state.id}`,
      trace: jaeger && traceId ? `${jaeger}/trace/${traceId}` : null,
      traceId: traceId ?? null,
      report: state.ended?.report ?? null,
    },
  };
}
type GoalRecord = ReturnType<typeof goalRecord>;

export const get = (context: CliContext, wanted: string): Promise<ExitCode> =>
  withSession(context, async ({ bus, home }) => {
    const goal = await findGoal(bus, wanted);
    const head = await bus.lastCommit(goal);
    if (!head) throw new Error(`the log of ${goal} vanished`);
    const { state, at } = head.commit;
    const standstill = state.ended ? null : standstillOf(state, at, await bus.pickups(), Date.now());
    const record = goalRecord(state, head.traceparent, jaegerUrl(home, context.env), standstill);
    await print(context.terminal, context.format, record, (wide) => goalLines(context, state, record, wide));
    return EXIT.reached;
  });

function goalLines({ terminal }: CliContext, state: GoalState, record: GoalRecord, wide: boolean): string[] {
  const { style } = terminal;
  const how = state.ended ? `${outcomeWords(state.ended.outcome)}: ${state.ended.because}` : `${record.state} since ${age(state.acceptedAt, Date.now())}`;
  const rows = state.steps.map((s) => [
    MARKS[s.status],
    s.id,
    s.role,
    stepTitle(s),
    s.startedAt ? clock(s.startedAt) : '',
    tookWords(s),
    s.message ?? (s.wait ? `waits: ${s.wait.because}` : wide ? s.because : ''),
  ]);
  const columns = [
    { head: '' },
    { head: 'STEP' },
    { head: 'ROLE' },
    { head: 'WHAT' },
    { head: 'BEGAN' },
    { head: 'TOOK', align: 'right' as const },
    { head: 'WHY' },
  ];
  return [
    `${style('bold', record.goal)}  ${style('dim', record.id)}`,
    how,
    ...(record.standstill ? [style('red', standstillWords(record.standstill, Date.now()))] : []),
    `plan v${state.planVersion}, from ${state.source}`,
    '',
    ...table(columns, rows),
    '',
    ...[record.links.explain, record.links.log, record.links.trace].filter((link) => link !== null).map((link) => style('dim', link)),
  ];
}
