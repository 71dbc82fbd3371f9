// The way of a revision from a commit to a healthy process with no traffic. Every part may be done again.
import { randomUUID } from 'node:crypto';
import { type LocalRevision, type LocalService, Name, type ServiceModel, TerminalError } from '@awo/contracts';
import type { Environment } from './environment.ts';
import { prepare } from './install.ts';
import { bringUp } from './launch.ts';
import { type Local, type Place, short } from './local.ts';
import { endProcess } from './stop-revision.ts';
import { checkOut } from './worktrees.ts';

export const flightOf = (environment: string, service: string, revision: string): string => `${environment}/${service}/${revision}`;
/** Of its further processes, which come and go while the first one stays. */
export const replicasFlightOf = (environment: string, service: string, revision: string): string => `${flightOf(environment, service, revision)}/replicas`;
/** Of its control. */
export const controlFlightOf = (environment: string, service: string, revision: string): string => `${flightOf(environment, service, revision)}/control`;

/** The revision as it should run: the one that starts or runs already, else a fresh generation of it. */
export function desire(environment: Environment, service: LocalService, sha: string, model: ServiceModel | null): LocalRevision {
  const known = service.revisions.find((r) => r.revision === sha);
  if (known?.desired === 'running') return known;
  const chosen = model ?? known?.model;
  if (chosen === undefined) {
    const kept = service.revisions.map((r) => short(r.revision)).join(', ') || 'none';
    throw new TerminalError(
      'unknown-revision',
      `${service.name} in ${environment.name} has no model kept for ${short(sha)}. Kept: ${kept}.`,
      'Give the model (vcs.describe tells it).',
    );
  }
  // The number before it is its control's, whether it has one or not.
  environment.state.generation += 2;
  const fresh: LocalRevision = {
    revision: sha,
    generation: environment.state.generation,
    weight: 0,
    desired: 'running',
    state: 'starting',
    pid: null,
    mark: null,
    launch: randomUUID(),
    port: null,
    restarts: 0,
    startedAt: null,
    model: chosen,
    worktree: null,
  };
  environment.remember(service, fresh);
  service.sideBySide = chosen.sideBySide;
  // Their addresses have to be known before this one starts.
  for (const name of chosen.dependsOn)
    if (Name.safeParse(name).success && !environment.state.services.some((s) => s.name === name)) environment.service(name, service.repo);
  environment.save();
  return fresh;
}

/** Returns the time from spawn to healthy. Throws TerminalError; the revision is `failed` then, unless it ran before. */
export async function start(local: Local, place: Place, signal: AbortSignal): Promise<number> {
  const { environment, revision } = place;
  const stopped: LocalRevision[] = [];
  try {
    await ready(local, place, signal);
    if (!revision.model.sideBySide) stopped.push(...(await giveWay(local, place)));
    const began = performance.now();
    await bringUp(local, place, signal);
    revision.state = 'ready';
    revision.startedAt ??= new Date().toISOString();
    environment.save();
    // A restart may have moved it to another port.
    await environment.route();
    return performance.now() - began;
  } catch (error) {
    if (revision.startedAt === null && !local.stopping()) {
      revision.state = 'failed';
      revision.desired = 'stopped';
      for (const other of stopped) Object.assign(other, { desired: 'running', state: 'starting' } as const);
      environment.save();
      await environment.route();
      local.tidyLater();
      local.wake();
    }
    throw error;
  }
}

/** Checked out, installed, built. */
export async function ready(local: Local, { environment, service, revision }: Place, signal: AbortSignal): Promise<void> {
  await local.inCheckout(service.repo, revision.revision, async () => {
    revision.worktree = await checkOut(local.home, service.repo, revision.revision);
    environment.save();
    await prepare(revision.worktree, revision.model, local.hostEnv, signal);
  });
}

/** Where old and new must not run at the same time: the others end first. They keep their weight, so that nobody is told the new one has traffic before it has. */
async function giveWay(local: Local, { environment, service, revision }: Place): Promise<LocalRevision[]> {
  const others = service.revisions.filter((r) => r !== revision && r.desired === 'running');
  for (const other of others) {
    other.desired = 'stopped';
    other.state = 'stopped';
    environment.save();
    await local.flights.cancel(replicasFlightOf(environment.name, service.name, other.revision));
    await endProcess({ environment, service, revision: other });
  }
  return others;
}
