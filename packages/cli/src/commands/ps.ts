// awo ps: environments with what runs where at which weight, and recent goals; or the messages that were refused.
import { rolloutStatus } from '@awo/contracts';
import type { ServiceStatus } from '@awo/contracts';
import { callTool } from '@awo/tools/call-tool';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { table } from '../output/columns.ts';
import { print } from '../output/print.ts';
import { age, clock, short } from '../output/quantities.ts';
import { replicasOf } from '../replicas.ts';
import { withSession } from '../session.ts';
import type { Session } from '../session.ts';
import { goalTitle, outcomeWords, stepTitle } from '../story/words.ts';
import { running } from '../timeline/entries.ts';

const RECENT_GOALS = 15;

export const ps = (context: CliContext, options: { refused?: boolean | undefined }): Promise<ExitCode> =>
  withSession(context, async (session) => {
    if (options.refused) await psRefused(context, session);
    else await psAll(context, session);
    return EXIT.reached;
  });

async function psAll({ terminal, format, signal }: CliContext, { bus, home }: Session): Promise<void> {
  const [{ services }, { heads, unreadable }, replicas] = await Promise.all([callTool(bus, rolloutStatus, {}, signal), bus.recent(), replicasOf(home)]);
  const goals = heads
    .map(({ commit: { state } }) => state)
    .toSorted((a, b) => b.acceptedAt.localeCompare(a.acceptedAt))
    .slice(0, RECENT_GOALS);
  const data = {
    environments: environmentsOf(services),
    goals: goals.map((g) => ({
      id: g.id,
      kind: g.spec.kind,
      goal: goalTitle(g.spec),
      state: g.ended ? 'ended' : 'running',
      outcome: g.ended?.outcome ?? null,
      because: g.ended?.because ?? null,
      acceptedAt: g.acceptedAt,
      endedAt: g.ended?.at ?? null,
      running: running(g).map((s) => s.id),
    })),
    unreadable,
    replicas,
  };
  await print(terminal, format, data, (wide) => {
    const now = Date.now();
    const goalRows = goals.map((g) => [
      g.id,
      `${age(g.acceptedAt, now)} ago`,
      goalTitle(g.spec),
      g.ended ? `${outcomeWords(g.ended.outcome)}${wide ? `: ${g.ended.because}` : ''}` : running(g).map(stepTitle).join(', ') || 'running',
    ]);
    return [
      ...(data.environments.length > 0
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
        revisions: s.revisions.map(({ revision, weight, state, restarts, startedAt }) => ({ revision, weight, state, restarts, startedAt })),
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
      r.restarts > 0 ? `${r.restarts} restarts` : '',
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
  return [...table(wide ? [...columns, { head: 'SINCE' }, { head: 'REPOSITORY' }] : columns, rows), ''];
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
