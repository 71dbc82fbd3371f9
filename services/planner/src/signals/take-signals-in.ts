// Takes signals in: each opens an incident with a goal that mends it, joins one, or is absorbed. The book of incidents is kept in the bucket `environments`.
import { createHash } from 'node:crypto';
import { IncidentRecord, parseSignal, RetryableError, rolloutStatus, TerminalError } from '@awo/contracts';
import type { Heard } from '@awo/contracts';
import { consumeWork, goalIdFor } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { callTool } from '@awo/tools';
import type { JsMsg } from '@nats-io/jetstream';
import { begin } from '../intake.ts';
import type { IntakeRuntime } from '../intake.ts';
import { put } from '../turns.ts';
import { decideGrouping, nearTo } from './decide-incident.ts';
import type { Grouping, KnownIncident } from './decide-incident.ts';

const KEPT = 20;
const key = (environment: string): string => `incidents.${environment}`;

/** Runs beside the planner's steps until `signal` aborts. */
export const takeSignalsIn = (runtime: IntakeRuntime): Promise<void> =>
  consumeWork(runtime.bus, {
    stream: 'SIGNALS',
    consumer: 'planner',
    concurrency: 4,
    handle: (m) => takeIn(m, runtime),
    signal: runtime.signal,
    log: runtime.log,
  });

async function takeIn(message: JsMsg, runtime: IntakeRuntime): Promise<void> {
  const { bus, log } = runtime;
  let heard: Heard[];
  try {
    heard = parseSignal(message.subject, message.data);
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    const body = new TextDecoder().decode(message.data.slice(0, 500));
    const reason = error.hint ? `${error.message} ${error.hint}` : error.message;
    const refused = { at: new Date().toISOString(), subject: message.subject, code: error.code, reason, body };
    await bus.js.publish(`awo.history.refused.signal-${message.seq}`, JSON.stringify(refused), { msgID: `refused-signal-${message.seq}` });
    log.warn({ subject: message.subject, reason }, 'signal refused');
    return message.ack();
  }
  for (const [n, one] of heard.entries()) {
    const grouping = await group(runtime, one, `${message.seq}:${n}`);
    log.info({ ...one, grouping: grouping.kind, goal: 'record' in grouping ? grouping.record.goal : undefined }, 'signal taken in');
  }
  message.ack();
}

async function group(runtime: IntakeRuntime, heard: Heard, unique: string): Promise<Grouping> {
  const { bus } = runtime;
  const kv = await bus.kv('environments');
  const near = nearTo(heard.service, await callsIn(bus, heard.environment));
  const id = `i${createHash('sha256').update(`${heard.environment}\n${unique}`).digest('hex').slice(0, 12)}`;
  for (;;) {
    const entry = await kv.get(key(heard.environment));
    const records = entry?.operation === 'PUT' ? IncidentRecord.array().parse(JSON.parse(entry.string())) : [];
    const known = await Promise.all(records.map((record) => withEnd(bus, record)));
    const grouping = decideGrouping(heard, known, near, new Date(), { id, goal: goalIdFor(`incident:${heard.environment}:${id}`) });
    if (grouping.kind === 'absorb') return grouping;
    const { record } = grouping;
    const value = JSON.stringify([...records.filter((r) => r.id !== record.id), record].slice(-KEPT));
    if (!(await put(() => (entry ? kv.update(key(heard.environment), value, entry.revision) : kv.create(key(heard.environment), value))))) continue;
    // Also when it joins: whoever wrote the record may have died before the goal's first commit.
    if (grouping.kind === 'open' || (await bus.lastCommit(record.goal)) === null) {
      const { environment, service, symptom } = record;
      const spec = { kind: 'remediate' as const, environment, service, symptom, incident: record.id };
      await begin(runtime, { spec, id: record.id, source: `signal ${heard.source}`, traceparent: undefined }, record.goal);
    }
    return grouping;
  }
}

async function withEnd(bus: Bus, record: IncidentRecord): Promise<KnownIncident> {
  const head = await bus.lastCommit(record.goal);
  const state = head?.commit.state;
  const repaired = state?.steps.some((s) => s.kind === 'verify-repair' && s.status === 'passed') ?? false;
  return { ...record, endedAt: state?.ended?.at ?? null, repaired };
}

/** Without an answer signals of one service still belong together. */
async function callsIn(bus: Bus, environment: string): Promise<{ from: string; to: string }[]> {
  try {
    const { services } = await callTool(bus, rolloutStatus, { environment });
    return services.flatMap((s) => (s.dependsOn ?? []).map((to) => ({ from: s.name, to })));
  } catch (error) {
    if (error instanceof RetryableError || error instanceof TerminalError) return [];
    throw error;
  }
}
