// awo ps: environments with what runs where at which weight, and recent goals; or the messages that were refused.
import type { FoundGoal } from '@awo/archive/reading';
import type { Bus } from '@awo/bus';
import { repairsInForce, RetryableError, rolloutStatus } from '@awo/contracts';
import type { GoalState, ServiceStatus } from '@awo/contracts';
import { callTool } from '@awo/tools/call-tool';
import { archivedGoals } from '../archived.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { table } from '../output/columns.ts';
import { print } from '../output/print.ts';
import { age, clock, short } from '../output/quantities.ts';
import { supervisorView } from '../supervisor-view.ts';
import { withSession } from '../session.ts';
import type { Session } from '../session.ts';
import { standstillOf, standstillWords } from '../story/standstill.ts';
import type { Standstill } from '../story/standstill.ts';
import { goalTitle, outcomeWords, stepTitle } from '../story/words.ts';
import { running } from '../timeline/entries.ts';
import { verifierState, violationWords } from '../verifier-view.ts';

const RECENT_GOALS = 15;

export const ps = (context: CliContext, options: { refused?: boolean | undefined }): Promise<ExitCode> =>
  withSession(context, async (session) => {
    if (options.refused) await psRefused(context, session);
    else await psAll(context, session);
    return EXIT.reached;
  });

async function psAll({ terminal, format, signal }: CliContext, { bus, home }: Session): Promise<void> {
  const [{ services, unknown }, { heads, unreadable }, { replicas, busTrouble }, pickups, verifier] = await Promise.all([
    environmentsNow(bus, signal),
    bus.recent(),
    supervisorView(home),
    bus.pickups(),
    verifierState(home),
  ]);
  const inLog = heads.map(({ commit: { state, at } }) => ({
    row: rowOf(state, standstillOf(state, at, pickups, Date.now())),
    doing: running(state).map(stepTitle).join(', '),
  }));
  const known = new Set(inLog.map(({ row }) => row.id));
  const archived = inLog.length < RECENT_GOALS ? await archivedGoals(bus, { limit: RECENT_GOALS }) : [];
  const inOrder = [...inLog, ...archived.filter(({ goal }) => !known.has(goal)).map((found) => ({ row: rowOf(stateOf(found), null), doing: '' }))]
    .toSorted((a, b) => b.row.acceptedAt.localeCompare(a.row.acceptedAt))
    .slice(0, RECENT_GOALS);
  const data = {
    environments: environmentsOf(services),
    environmentsUnknown: unknown,
    busTrouble,
    logViolations: verifier?.violations ?? [],
    goals: inOrder.map(({ row }) => row),
    unreadable,
    replicas,
  };
  await print(terminal, format, data, (wide) => {
    const now = Date.now();
    const goalRows = inOrder.map(({ row: g, doing }) => [
      g.id,
      `${age(g.acceptedAt, now)} ago`,
      g.goal,
      g.outcome
        ? `${outcomeWords(g.outcome)}${wide ? `: ${g.because}` : ''}`
        : [doing || 'running', ...(g.standstill ? [standstillWords(g.standstill, now)] : [])].join('; '),
    ]);
    return [
      ...(busTrouble ? [terminal.style('red', `The bus does not work as declared: ${busTrouble}`), ''] : []),
      ...data.logViolations.map((one) => terminal.style('red', `The log is not what it was: ${violationWords(one)}`)),
      ...(unknown ? [terminal.style('red', `What runs is not known: ${unknown}`), ''] : []),
      ...(data.environments.length > 0 || unknown
        ? data.environments.flatMap((e) => environmentLines(e, wide))
        : ['Nothing has been released yet. Begin with: awo release --repo PATH', '']),
      ...(goalRows.length > 0 ? table([{ head: 'GOAL' }, { head: 'ACCEPTED' }, { head: 'WHAT' }, { head: 'STATE' }], goalRows) : []),
      ...unreadable.map(
        ({ goal, code, because }) => `${goal}  ${code === 'newer-version' ? 'is worked on by a newer version; upgrade awo to see it' : because}`,
      ),
      ...(wide && replicas.length > 0
        ? [
            '',
            ...table(
              [{ head: 'SERVICE' }, { head: 'INSTANCE' }, { head: 'PID', align: 'right' }, { head: 'STATE' }],
              replicas.map((r) => [r.service, r.instance, String(r.pid ?? '–'), r.state]),
            ),
          ]
        : []),
    ];
  });
}

/** Goals are shown whether or not anybody can say what runs. */
async function environmentsNow(bus: Bus, signal: AbortSignal): Promise<{ services: ServiceStatus[]; unknown: string | null }> {
  try {
    return { services: (await callTool(bus, rolloutStatus, {}, signal)).services, unknown: null };
  } catch (error) {
    if (!(error instanceof RetryableError) || signal.aborted) throw error;
    return { services: [], unknown: error.message };
  }
}

const rowOf = (g: Pick<GoalState, 'id' | 'spec' | 'steps' | 'acceptedAt' | 'ended'>, standstill: Standstill | null) => ({
  id: g.id,
  kind: g.spec.kind,
  goal: goalTitle(g.spec),
  state: g.ended ? 'ended' : 'running',
  outcome: g.ended?.outcome ?? null,
  because: g.ended?.because ?? null,
  acceptedAt: g.acceptedAt,
  endedAt: g.ended?.at ?? null,
  running: g.steps.filter((s) => s.status === 'dispatched').map((s) => s.id),
  standstill,
});

const stateOf = ({ goal, spec, acceptedAt, outcome, because, endedAt }: FoundGoal) => ({
  id: goal,
  spec,
  steps: [],
  acceptedAt,
  ended: { outcome, because, at: endedAt },
});

/** `environments[].services[].{name,address,revisions[].{revision,weight,state}}`: names that scripts rely on. */
function environmentsOf(services: readonly ServiceStatus[]) {
  return [...new Set(services.map((s) => s.environment))].map((name) => ({
    name,
    services: services
      .filter((s) => s.environment === name)
      .map((s) => ({
        name: s.name,
        address: s.address,
        repo: s.repo,
        previous: s.previous,
        repairs: repairsInForce(s).map((repair) => repair.because),
        revisions: s.revisions.map(({ revision, weight, state, restarts, startedAt, control, processes = state === 'ready' ? 1 : 0 }) => ({
          revision,
          weight,
          state,
          restarts,
          startedAt,
          processes,
          ...(control === undefined ? {} : { control }),
        })),
      })),
  }));
}

type Environment = ReturnType<typeof environmentsOf>[number];

/** Stopped revisions are kept for a way back; only `-o wide` lists them. */
function environmentLines({ name, services }: Environment, wide: boolean): string[] {
  const rows = services.flatMap((s) => {
    const shown = s.revisions.filter((r) => wide || r.state !== 'stopped' || r.weight > 0).toSorted((a, b) => b.weight - a.weight);
    const cells = shown.map((r) => [
      short(r.revision),
      `${r.weight}%`,
      r.state,
      [
        ...(r.restarts > 0 ? [`${r.restarts} restarts`] : []),
        ...(r.processes > 1 ? [`${r.processes} processes`] : []),
        ...(r.control ? ['and its control'] : []),
      ].join(', '),
      ...(wide ? [r.startedAt ? clock(r.startedAt) : '', s.repo] : []),
    ]);
    return (cells.length > 0 ? cells : [['–', '', 'nothing runs', '']]).map((c, i) => [i === 0 ? s.name : '', i === 0 ? s.address : '', ...c]);
  });
  const columns = [
    { head: name.toUpperCase() },
    { head: 'ADDRESS' },
    { head: 'REVISION' },
    { head: 'WEIGHT', align: 'right' as const },
    { head: 'STATE' },
    { head: '' },
  ];
  const inForce = services.flatMap((s) => s.repairs.map((because) => `${s.name}, by a repair: ${because}`));
  const takenBackBy = inForce.length === 0 ? [] : [`Taken back by: awo rollback SERVICE${name === 'production' ? '' : ` --env ${name}`} --repairs`];
  return [...table(wide ? [...columns, { head: 'SINCE' }, { head: 'REPOSITORY' }] : columns, rows), ...inForce, ...takenBackBy, ''];
}

async function psRefused({ terminal, format }: CliContext, { bus }: Session): Promise<void> {
  const refused = await bus.refused();
  await print(terminal, format, { refused }, (wide) =>
    refused.length === 0
      ? ['No message was refused.']
      : table(
          [{ head: 'AT' }, { head: 'SUBJECT' }, { head: 'CODE' }, { head: 'REASON' }],
          refused.map((r) => [`${r.at.slice(0, 10)} ${clock(r.at)}`, r.subject, r.code, wide ? `${r.reason}  ${r.body}` : r.reason]),
        ),
  );
}
