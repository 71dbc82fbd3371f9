// The control of a release: a fresh process of the old revision, started with the new one's and ended with it, so that being young is no difference between them.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalControl, LocalRevision, LocalService } from '@awo/contracts';
import { bringUp } from './launch.ts';
import type { Local, Place } from './local.ts';
import { endGroup, endRemains, findLaunched, isAlive } from './process-identity.ts';

/** What it has in hand gets at most this long. */
const DRAIN_MS = 5000;

const besides = ({ revisions }: LocalService, { beside }: LocalControl): LocalRevision | undefined =>
  revisions.find((r) => r.revision === beside && r.desired === 'running');

/** Whether it runs. One that does not start is no reason not to release: the new one is then compared with the others. */
export async function startControl(local: Local, { environment, service, revision }: Place, beside: LocalRevision, signal: AbortSignal): Promise<boolean> {
  const known = revision.control;
  if (known?.beside === beside.revision && known.ready && isAlive(known.pid, known.mark)) return true;
  if (known !== undefined) await endControl({ environment, service, revision });
  const { replicas: _others, successor: _none, control: _before, ...own } = revision;
  const next: LocalRevision = { ...own, pid: null, mark: null, port: null, launch: randomUUID() };
  // Before the new one's own number: shares of traffic lie in this order, and the new one's customers stay with it while its share grows.
  const control: LocalControl = {
    beside: beside.revision,
    generation: beside.generation - 1,
    launch: next.launch,
    pid: null,
    mark: null,
    port: null,
    ready: false,
  };
  // Its name stands in the file before there is a process: an owner that is killed in between finds it by that.
  const beforeSpawn = ({ launch, port }: LocalRevision): void => {
    Object.assign(control, { launch, port });
    revision.control = control;
  };
  try {
    await bringUp(local, { environment, service, revision: next, beforeSpawn }, signal);
  } catch (error) {
    delete revision.control;
    environment.save();
    local.log.warn({ environment: environment.name, service: service.name, revision: revision.revision, error: String(error) }, 'its control did not start');
    return false;
  }
  Object.assign(control, { launch: next.launch, pid: next.pid, mark: next.mark, port: next.port, ready: true });
  environment.save();
  await environment.route();
  return true;
}

/** Whether it has to go: what it was started with has gone, or it died, or was on its way up when the owner was killed. It is not started again: it would be younger. */
export const isControlOver = ({ service, revision: { control } }: Place): boolean =>
  control !== undefined && (besides(service, control) === undefined || !control.ready || !isAlive(control.pid, control.mark));

export async function endControl({ environment, service, revision }: Place): Promise<void> {
  const { control } = revision;
  if (control === undefined) return;
  control.ready = false;
  environment.save();
  await environment.route();
  const living = isAlive(control.pid, control.mark) ? control.pid : findLaunched(control.launch);
  const until = Date.now() + DRAIN_MS;
  while (living !== null && control.port !== null && Date.now() < until && (await environment.inFlightAt(service.name, control.port)) > 0) await delay(25);
  // By its number only where it is still the same process: that of one that died may be somebody else's.
  if (living !== null) await endGroup(living);
  else if (control.pid !== null) endRemains(control.pid, control.launch);
  if (revision.control === control) delete revision.control;
  environment.save();
}
