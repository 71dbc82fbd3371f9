// rollout.status: what runs where, at which weight, checked against the living processes.
import type { LocalRevision, LocalService, RevisionStatus, rolloutStatus, ServiceStatus } from '@awo/contracts';
import type { z } from 'zod';
import type { Environment } from './environment.ts';
import { configured, resolved } from './environment-variables.ts';
import { lives } from './launch.ts';
import type { Local } from './local.ts';
import { type Recorder, sourceId } from './recorder/recorder.ts';
import { configurationOf } from './repair/configure.ts';
import { servingOf } from './repair/find-service.ts';
import { configurationShown, shown } from './repair/withheld.ts';

export const status =
  (local: Local, recorder?: Pick<Recorder, 'answersOf'>) =>
  async (args: z.infer<typeof rolloutStatus.input>): Promise<z.infer<typeof rolloutStatus.output>> => ({
    services: local
      .environments()
      .filter((e) => args.environment === undefined || e.name === args.environment)
      .flatMap((e) => servicesOf(local, e, recorder))
      .filter((s) => args.service === undefined || s.name === args.service),
  });

/** A name that only has an address so far, because another service calls it, is not a service that runs. */
const servicesOf = (local: Local, environment: Environment, recorder: Pick<Recorder, 'answersOf'> | undefined): ServiceStatus[] =>
  environment.state.services
    .filter((s) => s.revisions.length > 0)
    .map((service) => ({
      environment: environment.name,
      name: service.name,
      repo: service.repo,
      address: addressOf(service.port),
      previous: service.previous,
      sideBySide: service.sideBySide,
      ...forRepairs(local, environment, service, recorder),
      revisions: service.revisions.map((revision) => {
        const alive = lives({ environment, service, revision });
        return {
          revision: revision.revision,
          weight: revision.weight,
          // Between the death of a process and the next look of the supervisor.
          state: revision.state === 'ready' && !alive ? 'crashed' : revision.state,
          pid: alive ? revision.pid : null,
          port: revision.port,
          restarts: revision.restarts,
          startedAt: revision.startedAt,
          launch: revision.launch,
          ...controlOf(revision),
          ...(service.copies?.revision === revision.revision ? { copies: service.copies.share } : {}),
          ...(revision.model.replicas === undefined ? {} : { processes: servingIn(revision, alive).length, serving: servingIn(revision, alive) }),
        };
      }),
    }));

function controlOf({ control }: LocalRevision): Pick<RevisionStatus, 'control'> {
  if (control?.ready !== true || control.pid === null || control.port === null) return {};
  return { control: { pid: control.pid, port: control.port } };
}

const servingIn = (revision: LocalRevision, alive: boolean): NonNullable<ServiceStatus['revisions'][number]['serving']> =>
  [...(alive ? [revision] : []), ...(revision.replicas ?? []).filter((r) => r.ready && r.drains !== true)].map(({ launch, pid, port }) => ({
    launch,
    pid,
    port,
  }));

/** What a repair has to know: what it depends on, how it is configured and was before, where its data comes from, what may be raised or switched off. */
function forRepairs(
  { hostEnv }: Local,
  environment: Environment,
  service: LocalService,
  recorder: Pick<Recorder, 'answersOf'> | undefined,
): Partial<ServiceStatus> {
  const model = servingOf(service)?.model;
  if (model === undefined) return {};
  const { env, sources } = configured(service, model, hostEnv);
  const original = resolved(model, hostEnv).env;
  const entries = <T>(of: Record<string, T> | undefined) => Object.entries(of ?? {});
  return {
    dependsOn: model.dependsOn,
    configuration: configurationShown(configurationOf(service)),
    configurationsBefore: (service.configurationsBefore ?? []).map((one) => ({ ...one, configuration: configurationShown(one.configuration) })),
    ...(model.replicas === undefined ? {} : { replicas: { value: Math.min(service.replicas ?? 1, model.replicas.max), max: model.replicas.max } }),
    shed: service.shed ?? 0,
    sources: entries(sources).flatMap(([variable, { standby, check, optional }]) => {
      const address = env[variable];
      if (address === undefined) return [];
      const first = original[variable];
      const others = [...new Set([...standby, ...(first === undefined ? [] : [first])])].filter((one) => one !== address);
      const answers = Object.entries(recorder?.answersOf(environment.name, sourceId(service.name, variable)) ?? {});
      return [
        {
          variable,
          address: shown(address),
          standby: others.map(shown),
          ...(first === undefined ? {} : { original: shown(first) }),
          ...(optional ? { optional } : {}),
          path: check ?? null,
          answers: Object.fromEntries(answers.map(([at, said]) => [shown(at), said])),
        },
      ];
    }),
    limits: Object.fromEntries(entries(model.limits).map(([variable, { max }]) => [variable, { value: Number(env[variable]) || null, max }])),
    flags: Object.fromEntries(
      entries(model.flags).flatMap(([variable, { safe }]) => (env[variable] === undefined ? [] : [[variable, { value: shown(env[variable]), safe }]])),
    ),
  };
}

export const addressOf = (port: number | null): string => `http://127.0.0.1:${port ?? 0}`;
