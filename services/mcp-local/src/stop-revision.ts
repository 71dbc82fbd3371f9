// The way of a revision out: no new requests, the last ones answered, the process group ended.
import { setTimeout as delay } from 'node:timers/promises';
import { lives } from './launch.ts';
import type { Local, Place } from './local.ts';
import { endGroup, endRemains } from './process-identity.ts';
import { endControl, endControlNow } from './control.ts';
import { endReplicas } from './replicas.ts';

/** With all further processes of the revision. */
export async function endProcess(place: Place): Promise<void> {
  const { environment, revision } = place;
  const { pid, launch } = revision;
  const alive = lives(place);
  // By its number only where it is still the same process.
  if (pid !== null && !alive) endRemains(pid, launch);
  await Promise.all([endReplicas(place), endControlNow(place), pid !== null && alive ? endGroup(pid) : undefined]);
  revision.pid = null;
  revision.mark = null;
  environment.save();
}

/** Whether every request under way had its answer before the process ended. */
export async function stop(local: Local, place: Place, drainMs: number): Promise<boolean> {
  const { environment, service, revision } = place;
  revision.weight = 0;
  if (service.copies?.revision === revision.revision) delete service.copies;
  revision.state = 'draining';
  environment.save();
  await environment.route();
  const drained = (!lives(place) && (revision.replicas ?? []).length === 0) || (await drain(place, drainMs));
  await endControl(place);
  revision.desired = 'stopped';
  environment.save();
  await endProcess(place);
  revision.state = 'stopped';
  environment.save();
  await environment.route();
  local.log.info({ environment: environment.name, service: service.name, revision: revision.revision, drained }, 'stopped');
  return drained;
}

async function drain({ environment, service, revision }: Place, drainMs: number): Promise<boolean> {
  const until = Date.now() + drainMs;
  for (;;) {
    if ((await environment.inFlight(service.name, revision.generation)) === 0) return true;
    if (Date.now() >= until) return false;
    await delay(25);
  }
}
