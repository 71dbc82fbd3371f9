// Keeps what should run running: looks twice a second, restarts what died with growing pauses, revives the edge, finishes what a killed owner had begun.
import { setTimeout as delay } from 'node:timers/promises';
import { revisionLog } from '@awo/contracts';
import type { Environment } from './environment.ts';
import { endControl, isControlOver } from './control.ts';
import { adopt, bringUp, lives } from './launch.ts';
import { type Local, type Place, short } from './local.ts';
import { rotate } from './log-file.ts';
import { endGroup, endRemains } from './process-identity.ts';
import { endSuccessor, replace } from './repair/replace.ts';
import { lookAfterReplicas, reconcileReplicas } from './replicas.ts';
import { controlFlightOf, flightOf, ready, replicasFlightOf, start } from './start-revision.ts';
import { stop } from './stop-revision.ts';

const LOOK_EVERY_MS = 500;
const HEALTH_EVERY = 6;
const EDGE_MAY_MISS = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** A process that ran this long begins again with the first pause. */
const STEADY_MS = 60_000;
const DRAIN_MS = 5000;
const REPLICA_PAUSE_MS = 2000;
const RENEW_PAUSE_MS = 10_000;

export type Supervision = { stop(): Promise<void> };

/** Adopts what lives, starts what should live, and goes on looking until stopped. */
export function supervise(local: Local): Supervision {
  const never = new AbortController();
  const attempts = new Map<string, { failures: number; notBefore: number; since: number }>();
  const missed = new Map<string, number>();
  const againAt = new Map<string, number>();
  let turn = 0;
  let wakeUp = new AbortController();
  local.onWake(() => wakeUp.abort());

  for (const environment of local.environments()) for (const place of placesOf(environment)) resume(place);
  const loop = run();
  return {
    async stop() {
      local.stop();
      wakeUp.abort();
      await loop;
      await local.flights.cancelAll();
    },
  };

  function resume(place: Place): void {
    void endSuccessor(place);
    if (adopt(place)) return void local.log.info(told(place), 'adopted');
    const { revision } = place;
    if (revision.state === 'draining' || revision.startedAt === null) return;
    // Without a pid it was ended on purpose (`down`); with one it died while nobody looked.
    if (revision.pid !== null) died(place);
    else {
      revision.state = 'starting';
      if (revision.weight > 0) place.environment.held.add(place.service.name);
    }
  }

  async function run(): Promise<void> {
    for (; !local.stopping(); turn += 1) {
      wakeUp = new AbortController();
      for (const environment of local.environments()) {
        await tend(environment).catch((error: unknown) =>
          local.log.warn({ environment: environment.name, error: messageOf(error) }, 'could not be tended; the next turn tries again'),
        );
      }
      if (turn === 0) local.tidyLater();
      // Woken by an exit, else at the next turn.
      await delay(LOOK_EVERY_MS, undefined, { signal: wakeUp.signal }).catch(() => delay(20));
    }
  }

  async function tend(environment: Environment): Promise<void> {
    if (environment.state.services.some((s) => s.port !== null)) await tendEdge(environment);
    for (const place of placesOf(environment)) {
      const { service, revision } = place;
      if (turn % 10 === 0) rotate(revisionLog(local.home, environment.name, service.name, revision.revision));
      const key = flightOf(environment.name, service.name, revision.revision);
      if (local.flights.has(key)) continue;
      if (revision.state === 'draining') fly(key, place, () => stop(local, place, DRAIN_MS));
      else if (revision.startedAt === null) fly(key, place, (signal) => start(local, place, signal));
      else if (revision.state === 'ready' && !lives(place)) died(place);
      if (revision.state === 'crashed' || (revision.state === 'starting' && revision.startedAt !== null)) restart(key, place);
      // Told something new by an owner that was killed before it could start the process anew.
      if (revision.renew === true && revision.state === 'ready' && Date.now() >= (againAt.get(key) ?? 0)) {
        againAt.set(key, Date.now() + RENEW_PAUSE_MS);
        void replace(local, place, never.signal).catch((error: unknown) => local.log.warn({ ...told(place), error: messageOf(error) }, 'did not start anew'));
        continue;
      }
      const controlKey = controlFlightOf(environment.name, service.name, revision.revision);
      if (!local.flights.has(controlKey) && isControlOver(place)) fly(controlKey, place, () => endControl(place));
      const { died: gone, toDo } = lookAfterReplicas(place);
      if (gone > 0) routeLater(environment);
      if (toDo && revision.state === 'ready') scale(place);
    }
  }

  async function tendEdge(environment: Environment): Promise<void> {
    const count = missed.get(environment.name) ?? 0;
    const lookClosely = turn % HEALTH_EVERY === 0 || count > 0;
    const edge = environment.edge();
    if (edge !== null && !lookClosely) return;
    if (edge !== null && (await environment.edgeAnswers())) return void missed.delete(environment.name);
    if (edge !== null && count + 1 < EDGE_MAY_MISS) return void missed.set(environment.name, count + 1);
    if (edge !== null) await endGroup(edge.pid, 0);
    missed.delete(environment.name);
    await environment.route();
    local.log.info({ environment: environment.name }, 'the edge was started');
  }

  /** Its users may come again: everything that shares its traffic is ready, or one of it does not come back. */
  function release({ environment, service, revision }: Place): void {
    const waits = service.revisions.some((r) => r !== revision && r.weight > 0 && r.state === 'starting');
    if (!waits || revision.state === 'crashed') environment.held.delete(service.name);
  }

  function died(place: Place): void {
    const { environment, revision } = place;
    // What is left of its group would hold the port and the files.
    if (revision.pid !== null) endRemains(revision.pid, revision.launch);
    revision.pid = null;
    revision.mark = null;
    revision.state = 'crashed';
    revision.restarts += 1;
    release(place);
    environment.save();
    if ((revision.replicas ?? []).length > 0) routeLater(environment);
    const now = Date.now();
    const before = attempts.get(keyOf(place)) ?? { failures: 0, notBefore: 0, since: 0 };
    const failures = before.since > 0 && now - before.since > STEADY_MS ? 0 : before.failures;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    attempts.set(keyOf(place), { failures: failures + 1, notBefore: now + pause, since: 0 });
    local.log.warn({ ...told(place), restarts: revision.restarts, pauseMs: pause }, 'ended by itself; it is started again after a pause');
  }

  /** Nobody waits for it: what cannot be told now is told with the next change. */
  function routeLater(environment: Environment): void {
    void environment
      .route()
      .catch((error: unknown) => local.log.warn({ environment: environment.name, error: messageOf(error) }, 'the edge could not be told'));
  }

  function restart(key: string, place: Place): void {
    const attempt = attempts.get(keyOf(place));
    if (attempt !== undefined && Date.now() < attempt.notBefore) return;
    fly(key, place, async (signal) => {
      const began = performance.now();
      try {
        await ready(local, place, signal);
        await bringUp(local, place, signal);
      } catch (error) {
        if (!signal.aborted && !local.stopping()) died(place);
        throw error;
      }
      // Its address first: whoever reads "ready" may ask it at once.
      release(place);
      await place.environment.route();
      place.revision.state = 'ready';
      place.environment.save();
      if ((place.revision.replicas ?? []).length > 0) await place.environment.route();
      attempts.set(keyOf(place), { failures: attempt?.failures ?? 0, notBefore: 0, since: Date.now() });
      local.log.info(told(place), 'runs again');
      return performance.now() - began;
    });
  }

  /** One that does not start is tried again after a pause, not at every turn. */
  function scale(place: Place): void {
    const key = replicasFlightOf(place.environment.name, place.service.name, place.revision.revision);
    if (local.flights.has(key) || Date.now() < (againAt.get(key) ?? 0)) return;
    againAt.set(key, Date.now() + REPLICA_PAUSE_MS);
    fly(key, place, (signal) => reconcileReplicas(local, place, signal));
  }

  function fly(key: string, place: Place, work: (signal: AbortSignal) => Promise<unknown>): void {
    void local.flights.join(key, never.signal, work).catch((error: unknown) => local.log.warn({ ...told(place), error: messageOf(error) }, 'did not work'));
  }
}

const keyOf = ({ environment, service, revision }: Place): string => `${environment.name}/${service.name}/${revision.generation}`;

const placesOf = (environment: Environment): Place[] =>
  environment.state.services.flatMap((service) =>
    service.revisions.filter((r) => r.desired === 'running').map((revision) => ({ environment, service, revision })),
  );

const told = ({ environment, service, revision }: Place): object => ({
  environment: environment.name,
  service: service.name,
  revision: short(revision.revision),
  pid: revision.pid,
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
