// runAgent: connects a role to its work and runs until told to stop.
import type { Role } from '@awo/contracts';
import { PATIENCE, busProbes, connectBus, consumeWork, requireSync } from '@awo/bus';
import type { Bus, Patience } from '@awo/bus';
import { createLogger, startTelemetry } from '@awo/telemetry';
import type { Logger } from '@awo/telemetry';
import { decideAgain } from './decide-again.ts';
import type { AgentDefinition } from './define-agent.ts';
import { knowSeries, measured } from './measures.ts';
import { takeUpCommit, takeUpTimer } from './take-up.ts';

const STOP_WITHIN_MS = 8000;

export type RunOptions = {
  /** The process environment: NATS_URL, AWO_NKEY_FILE, AWO_INSTANCE, AWO_CONCURRENCY, OTEL_*; AWO_DECIDE=stdin only decides recorded facts again. */
  env: Readonly<Record<string, string | undefined>>;
  /** Steps in work at the same time. */
  concurrency?: number;
  /** How often a step is tried before a person has to look. */
  patience?: Patience;
  /** What the role does besides its steps (the planner takes goals in). Runs until `signal` aborts. */
  beside?: (runtime: { bus: Bus; signal: AbortSignal; log: Logger; instance: string }) => Promise<void>;
};

/** An agent whose steps use the bus itself (the planner keeps the book of turns there). Effects outside go through toolgate all the same. */
export type AgentOnBus = { role: Role; define: (bus: Bus, instance: string) => AgentDefinition };

/** Until SIGTERM or SIGINT; then hands unbegun work back, gives running steps eight seconds, flushes and exits 0. */
export async function runAgent(source: AgentDefinition | AgentOnBus, { env, concurrency, patience = PATIENCE, beside }: RunOptions): Promise<void> {
  if (env.AWO_DECIDE === 'stdin') return decideAgain('define' in source ? source.define : () => source, process.stdin, process.stdout);
  const { role } = source;
  const instance = env.AWO_INSTANCE ?? `${role}-${process.pid}`;
  const log = createLogger(role, instance, env.AWO_LOG_LEVEL);
  await requireSync(env);
  const [telemetry, bus] = await Promise.all([
    startTelemetry({ service: role, instance, env, log }),
    connectBus({ url: env.NATS_URL ?? 'nats://127.0.0.1:4222', user: role, nkeyFile: env.AWO_NKEY_FILE, name: instance, waitOnFirstConnect: true }),
  ]);
  const agent = 'define' in source ? source.define(bus, instance) : source;
  const stopping = new AbortController();
  const { signal } = stopping;
  process.once('SIGTERM', () => stopping.abort());
  process.once('SIGINT', () => stopping.abort());
  const options = { agent, bus, writer: { author: role, instance }, signal, now: () => new Date(), log, patience };
  const width = Number(env.AWO_CONCURRENCY ?? concurrency ?? 16);
  const work = Promise.all([
    consumeWork(bus, {
      stream: 'GOALS',
      consumer: role,
      concurrency: width,
      handle: (m) => measured(m, role, 'handover', () => takeUpCommit(m, options)),
      signal,
      log,
    }),
    consumeWork(bus, {
      stream: 'TIMERS',
      consumer: role,
      concurrency: Math.max(1, Math.ceil(width / 4)),
      handle: (m) => measured(m, role, 'timerLateness', () => takeUpTimer(m, options)),
      signal,
      log,
    }),
    beside?.({ bus, signal, log, instance }),
  ]);
  knowSeries(role);
  const streams = ['GOALS', 'TIMERS', ...(role === 'planner' ? ['INBOX'] : [])];
  telemetry.watch(
    busProbes(
      bus,
      streams.map((stream) => ({ stream, consumer: role })),
    ),
  );
  log.info({ steps: Object.keys(agent.steps) }, 'at work');
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref())]);
  await telemetry.shutdown();
  await bus.close();
  process.exit(0);
}
