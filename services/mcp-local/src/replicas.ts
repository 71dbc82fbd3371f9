// Further processes of a revision: started beside the first, fed by the edge, replaced when they die. How many is written down; the loop sees to it.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalReplica, LocalRevision, LocalService } from '@awo/contracts';
import { bringUp } from './launch.ts';
import type { Local, Place } from './local.ts';
import { endGroup, findLaunched, isAlive } from './process-identity.ts';

/** Requests that a process has begun get this long before it is told to end. */
export const LAST_ANSWERS_MS = 500;

const replicasOf = (revision: LocalRevision): LocalReplica[] => revision.replicas ?? [];
/** A revision that allows fewer than the one before has fewer. */
const missing = ({ replicas = 1 }: LocalService, revision: LocalRevision): number =>
  Math.min(replicas, revision.model.replicas?.max ?? 1) - 1 - replicasOf(revision).filter((r) => r.ready).length;

/** Those that died are taken out of traffic. True: there are more or fewer than there should be. */
export function lookAfterReplicas({ environment, service, revision }: Place): boolean {
  const dead = replicasOf(revision).filter((r) => r.ready && !isAlive(r.pid, r.mark));
  if (dead.length > 0) {
    // What is left of its group would hold the port and the files.
    for (const { pid } of dead) if (pid !== null) void endGroup(pid, 0);
    revision.replicas = replicasOf(revision).filter((r) => !dead.includes(r));
    revision.restarts += dead.length;
    environment.save();
    void environment.route();
  }
  return missing(service, revision) !== 0;
}

/** Starts or ends as many as it takes. Throws what `bringUp` throws. */
export async function reconcileReplicas(local: Local, place: Place, signal: AbortSignal): Promise<void> {
  const { service, revision } = place;
  await endHalfReplicas(place);
  while (!signal.aborted && revision.state === 'ready' && missing(service, revision) > 0) await addReplica(local, place, signal);
  while (missing(service, revision) < 0) await removeReplica(place, replicasOf(revision).findLast((r) => r.ready) as LocalReplica);
}

/** Each anew, one after the other: with what the service is told by now. One that does not start is left to the loop. */
export async function renewReplicas(local: Local, place: Place, signal: AbortSignal): Promise<void> {
  for (const old of replicasOf(place.revision)) {
    await addReplica(local, place, signal).catch((error: unknown) => local.log.warn({ error: String(error) }, 'a further process did not start anew'));
    await removeReplica(place, old);
  }
}

async function addReplica(local: Local, { environment, service, revision }: Place, signal: AbortSignal): Promise<void> {
  const { replicas: _others, successor: _none, ...own } = revision;
  const next: LocalRevision = { ...own, pid: null, mark: null, port: null, launch: randomUUID() };
  const replica: LocalReplica = { launch: next.launch, pid: null, mark: null, port: null, ready: false };
  // Its name stands in the file before there is a process: an owner that is killed in between finds it by that.
  const beforeSpawn = ({ launch, port }: LocalRevision): void => {
    Object.assign(replica, { launch, port });
    revision.replicas = [...replicasOf(revision).filter((r) => r !== replica), replica];
  };
  try {
    await bringUp(local, { environment, service, revision: next, beforeSpawn }, signal);
  } catch (error) {
    revision.replicas = replicasOf(revision).filter((r) => r !== replica);
    environment.save();
    throw error;
  }
  Object.assign(replica, { launch: next.launch, pid: next.pid, mark: next.mark, port: next.port, ready: true });
  environment.save();
  await environment.route();
}

async function removeReplica({ environment, revision }: Place, replica: LocalReplica): Promise<void> {
  replica.ready = false;
  environment.save();
  await environment.route();
  await delay(LAST_ANSWERS_MS);
  if (replica.pid !== null) await endGroup(replica.pid);
  revision.replicas = replicasOf(revision).filter((r) => r !== replica);
  environment.save();
}

/** All of them, where the revision ends. */
export async function endReplicas({ environment, revision }: Place): Promise<void> {
  const all = replicasOf(revision);
  if (all.length === 0) return;
  await Promise.all(all.map(({ pid, launch }) => endOne(pid ?? findLaunched(launch))));
  revision.replicas = [];
  environment.save();
}

/** What was on its way up or out when the owner was killed, or when the edge could not be told, ends; what takes requests goes on. */
export async function endHalfReplicas({ environment, revision }: Place): Promise<void> {
  const half = replicasOf(revision).filter((r) => !r.ready);
  if (half.length === 0) return;
  await Promise.all(half.map(({ pid, launch }) => endOne(pid ?? findLaunched(launch))));
  revision.replicas = replicasOf(revision).filter((r) => !half.includes(r));
  environment.save();
}

const endOne = async (pid: number | null): Promise<void> => {
  if (pid !== null) await endGroup(pid);
};
