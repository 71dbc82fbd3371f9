// A revision started anew: beside itself where it may, so that the old process serves until the new one is healthy. Used by a restart and by a change of configuration.
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalRevision } from '@awo/contracts';
import { bringUp, lives } from '../launch.ts';
import type { Local, Place } from '../local.ts';
import { endGroup, findLaunched } from '../process-identity.ts';
import { anotherOf, LAST_ANSWERS_MS, reconcileReplicas } from '../replicas.ts';
import { flightOf, replicasFlightOf } from '../start-revision.ts';
import { endProcess } from '../stop-revision.ts';

/** Throws what `bringUp` throws; the old process goes on then, where there is one. */
export async function replace(local: Local, place: Place, signal: AbortSignal): Promise<void> {
  const key = flightOf(place.environment.name, place.service.name, place.revision.revision);
  // A restart under way would start a second one.
  await local.flights.cancel(key);
  await local.flights.cancel(replicasFlightOf(place.environment.name, place.service.name, place.revision.revision));
  await local.flights.join(key, signal, (s) => (place.revision.model.sideBySide && lives(place) ? takeOver(local, place, s) : startAnew(local, place, s)));
}

async function takeOver(local: Local, place: Place, signal: AbortSignal): Promise<void> {
  const { environment, service, revision } = place;
  const next = anotherOf(revision);
  const beforeSpawn = ({ launch, port }: LocalRevision) => void (revision.successor = { launch, port: port ?? 0 });
  try {
    await bringUp(local, { environment, service, revision: next, beforeSpawn }, signal);
  } catch (error) {
    delete revision.successor;
    environment.save();
    throw error;
  }
  const { pid } = revision;
  Object.assign(revision, { pid: next.pid, mark: next.mark, port: next.port, launch: next.launch, state: 'ready' });
  delete revision.successor;
  outdate(revision);
  environment.save();
  await environment.route();
  await delay(LAST_ANSWERS_MS);
  if (pid !== null) await endGroup(pid);
  await renewOthers(local, place, signal);
}

/** With the first one, in one write: an owner that is killed after it knows what is left to do. */
function outdate(revision: LocalRevision): void {
  delete revision.renew;
  for (const replica of revision.replicas ?? []) replica.stale = true;
  // Told something else by now, it is no control any more.
  if (revision.control !== undefined) revision.control.ready = false;
}

/** One that does not start is left to the loop: the first one has taken over. */
async function renewOthers(local: Local, place: Place, signal: AbortSignal): Promise<void> {
  const { environment, service, revision } = place;
  await local.flights
    .join(replicasFlightOf(environment.name, service.name, revision.revision), signal, (s) => reconcileReplicas(local, place, s))
    .catch((error: unknown) => local.log.warn({ service: service.name, error: String(error) }, 'a further process did not start anew'));
}

async function startAnew(local: Local, place: Place, signal: AbortSignal): Promise<void> {
  const { environment, service, revision } = place;
  if (lives(place)) await endProcess(place);
  revision.state = 'starting';
  environment.save();
  try {
    await bringUp(local, place, signal);
  } catch (error) {
    // The supervisor goes on trying, with growing pauses.
    revision.state = 'crashed';
    environment.save();
    throw error;
  }
  environment.held.delete(service.name);
  revision.state = 'ready';
  revision.startedAt ??= new Date().toISOString();
  outdate(revision);
  environment.save();
  await environment.route();
  await renewOthers(local, place, signal);
}

/** Ends what an owner that was killed had started to take over. */
export async function endSuccessor({ environment, revision }: Place): Promise<void> {
  if (revision.successor === undefined) return;
  const pid = findLaunched(revision.successor.launch);
  if (pid !== null) await endGroup(pid, 0);
  delete revision.successor;
  environment.save();
}
