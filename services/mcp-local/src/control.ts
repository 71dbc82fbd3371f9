// The control of a release: a fresh process of the old revision, started with the new one's and ended with it, so that being young is no difference between them.
import type { LocalControl, LocalRevision, LocalService } from '@awo/contracts';
import { bringUp } from './launch.ts';
import type { Local, Place } from './local.ts';
import { isAlive } from './process-identity.ts';
import { anotherOf, answerLast, endOne } from './replicas.ts';

const besides = ({ revisions }: LocalService, { beside }: LocalControl): LocalRevision | undefined =>
  revisions.find((r) => r.revision === beside && r.desired === 'running');

/** Whether it runs. One that does not start is no reason not to release: the new one is then compared with the others. */
export async function startControl(local: Local, { environment, service, revision }: Place, beside: LocalRevision, signal: AbortSignal): Promise<boolean> {
  const known = revision.control;
  if (known?.beside === beside.revision && known.ready && isAlive(known.pid, known.mark)) return true;
  if (known !== undefined) await endControl({ environment, service, revision });
  const next = anotherOf(revision);
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

/** The edge hears of it first, and what it has in hand is answered. */
export async function endControl({ environment, service, revision }: Place): Promise<void> {
  const { control } = revision;
  if (control === undefined) return;
  control.ready = false;
  environment.save();
  await environment.route();
  await answerLast(environment, service.name, control.port);
  await endControlNow({ environment, service, revision });
}

/** Without a word to the edge, where that has gone or has been told: what it has in hand is lost. */
export async function endControlNow({ environment, revision }: Place): Promise<void> {
  const { control } = revision;
  if (control === undefined) return;
  await endOne(control);
  if (revision.control === control) delete revision.control;
  environment.save();
}
