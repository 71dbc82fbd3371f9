// Looks at every environment all the time, release or not, and signals what it notices: incidents that nobody released.
import { setTimeout as sleep } from 'node:timers/promises';
import { evidenceCollect, RetryableError, rolloutStatus, subjects, TerminalError } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import type { Logger } from '@awo/telemetry';
import { callTool } from '@awo/tools';
import { AGAIN_MS, decideSignals, type Known, type Noticed } from './decide-signals.ts';

const LOOK_EVERY_MS = 1500;
/** While nothing runs anywhere. */
const IDLE_MS = 5000;
const SECONDS = 180;

export type Vigil = { bus: Bus; signal: AbortSignal; log: Logger };

/** Runs beside the monitor's steps until `signal` aborts. Several replicas signal the same: the message's id makes it one. */
export async function keepVigil({ bus, signal, log }: Vigil): Promise<void> {
  const known = new Map<string, Known>();
  let environments: string[] = [];
  for (let turn = 0; !signal.aborted; turn += 1) {
    try {
      if (turn % 10 === 0 || environments.length === 0) environments = await running(bus, signal);
      for (const environment of environments) await look(bus, environment, known, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof RetryableError || error instanceof TerminalError)) throw error;
      log.debug({ err: error }, 'could not look at the environments');
      environments = [];
    }
    await sleep(environments.length === 0 ? IDLE_MS : LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function running(bus: Bus, signal: AbortSignal): Promise<string[]> {
  const { services } = await callTool(bus, rolloutStatus, {}, signal);
  return [...new Set(services.filter((s) => s.revisions.some((r) => r.weight > 0)).map((s) => s.environment))];
}

async function look(bus: Bus, environment: string, known: Map<string, Known>, signal: AbortSignal): Promise<void> {
  const collected = await callTool(bus, evidenceCollect, { environment, seconds: SECONDS }, signal);
  const decided = decideSignals(collected, known.get(environment) ?? new Map());
  for (const noticed of decided.noticed) await publish(bus, environment, noticed, collected.at);
  known.set(environment, decided.known);
}

async function publish(bus: Bus, environment: string, { service, status, type, symptom }: Noticed, at: number): Promise<void> {
  const body = { environment, service, symptom, status, at: new Date(at).toISOString() };
  const msgID = `monitor-${environment}-${service}-${status}-${type}-${Math.floor(at / (AGAIN_MS / 2))}`;
  await bus.js.publish(subjects.signal('monitor', type), JSON.stringify(body), { msgID });
}
