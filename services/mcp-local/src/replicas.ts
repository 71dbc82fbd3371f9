// Further processes of a revision: started beside the first, fed by the edge, replaced when they die. How many is written down; the loop sees to it.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalReplica, LocalRevision, LocalService } from '@awo/contracts';
import type { Environment } from './environment.ts';
import { bringUp } from './launch.ts';
import type { Local, Place } from './local.ts';
import { endGroup, endRemains, findLaunched, isAlive } from './process-identity.ts';

/** Requests that a first process has begun get this long before it is told to end. */
export const LAST_ANSWERS_MS = 500;
/** What a further one has in hand gets at most this long. */
const DRAIN_MS = 5000;

const replicasOf = (revision: LocalRevision): LocalReplica[] => revision.replicas ?? [];
const servingOf = (revision: LocalRevision): LocalReplica[] => replicasOf(revision).filter((r) => r.ready);
/** A revision that allows fewer than the one before has fewer. */
const wanted = ({ replicas = 1 }: LocalService, { model }: LocalRevision): number => Math.min(replicas, model.sideBySide ? (model.replicas?.max ?? 1) : 1) - 1;
const missing = (service: LocalService, revision: LocalRevision): number => wanted(service, revision) - servingOf(revision).filter((r) => !r.stale).length;

/** Those that died are taken off the list: the edge has to be told. `toDo`: there are more or fewer than there should be, or some of before. */
export function lookAfterReplicas({ environment, service, revision }: Place): { died: number; toDo: boolean } {
  const dead = servingOf(revision).filter((r) => !isAlive(r.pid, r.mark));
  if (dead.length > 0) {
    // What is left of its group would hold the port and the files.
    for (const { pid, launch } of dead) if (pid !== null) endRemains(pid, launch);
    revision.replicas = replicasOf(revision).filter((r) => !dead.includes(r));
    revision.restarts += dead.length;
    environment.save();
  }
  return { died: dead.length, toDo: missing(service, revision) !== 0 || replicasOf(revision).some((r) => !r.ready || r.stale === true) };
}

/** Starts, renews or ends as many as it takes. Throws what `bringUp` throws; whoever serves goes on then. */
export async function reconcileReplicas(local: Local, place: Place, signal: AbortSignal): Promise<void> {
  const { service, revision } = place;
  const goesOn = (): boolean => !signal.aborted && revision.state === 'ready';
  const stale = (): LocalReplica | undefined => servingOf(revision).find((r) => r.stale);
  await endHalf(place);
  // One anew, then one of before away: as many serve as there should be.
  while (goesOn() && missing(service, revision) > 0) {
    await addReplica(local, place, signal);
    const old = stale();
    if (old !== undefined) await removeReplica(place, old);
  }
  for (let old = stale(); goesOn() && old !== undefined; old = stale()) await removeReplica(place, old);
  while (goesOn() && missing(service, revision) < 0) await removeReplica(place, servingOf(revision).at(-1) as LocalReplica);
}

/** A further process of a revision, to be brought up under a name of its own: by another's it would be taken for that. */
export function anotherOf(revision: LocalRevision): LocalRevision {
  const { replicas: _others, successor: _none, control: _beside, ...own } = revision;
  return { ...own, pid: null, mark: null, port: null, launch: randomUUID() };
}

async function addReplica(local: Local, { environment, service, revision }: Place, signal: AbortSignal): Promise<void> {
  const next = anotherOf(revision);
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

async function removeReplica({ environment, service, revision }: Place, replica: LocalReplica): Promise<void> {
  replica.ready = false;
  environment.save();
  await environment.route();
  await answerLast(environment, service.name, replica.port);
  await endOne(replica);
  revision.replicas = replicasOf(revision).filter((r) => r !== replica);
  environment.save();
}

/** Waits for the answers of a process that gets no new requests, at most DRAIN_MS. */
export async function answerLast(environment: Environment, service: string, port: number | null): Promise<void> {
  const until = Date.now() + DRAIN_MS;
  while (port !== null && Date.now() < until && (await environment.inFlightAt(service, port)) > 0) await delay(25);
}

/** All of them, where the revision ends. */
export async function endReplicas({ environment, revision }: Place): Promise<void> {
  const all = replicasOf(revision);
  if (all.length === 0) return;
  await Promise.all(all.map(endOne));
  revision.replicas = replicasOf(revision).filter((r) => !all.includes(r));
  environment.save();
}

/** What was on its way up or out when the owner was killed, or when the edge could not be told. The edge hears of it first. */
async function endHalf({ environment, revision }: Place): Promise<void> {
  const half = replicasOf(revision).filter((r) => !r.ready);
  if (half.length === 0) return;
  await environment.route();
  await Promise.all(half.map(endOne));
  revision.replicas = replicasOf(revision).filter((r) => !half.includes(r));
  environment.save();
}

/** By its number only where it is still the same process: the number of one that died may be somebody else's. */
export async function endOne({ pid, mark, launch }: Pick<LocalReplica, 'pid' | 'mark' | 'launch'>): Promise<void> {
  const living = isAlive(pid, mark) ? pid : findLaunched(launch);
  if (living !== null) await endGroup(living);
  else if (pid !== null) endRemains(pid, launch);
}
