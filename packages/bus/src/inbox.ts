// Goals from outside: the message forms, the id that makes a goal unique, and the answer.
import { createHash } from 'node:crypto';
import { GOAL_KINDS, GoalSpec, TerminalError, subjects } from '@awo/contracts';
import type { GoalId } from '@awo/contracts';
import { headers } from '@nats-io/transport-node';
import { z } from 'zod';
import { parseJson } from './append.ts';
import type { Connection } from './connect.ts';

type Headers = { get(key: string): string } | undefined;

/** What a message on `awo.goals.<kind>` asks for. `id` is what makes it the same goal when it comes twice; null: each is a new one. */
export type Incoming = { spec: GoalSpec; id: string | null; source: string; traceparent: string | undefined };

/**
 * Reads plain JSON, CloudEvents in binary mode (`ce-` headers) and in structured mode (a JSON envelope with `specversion`).
 * Throws TerminalError `bad-message` that names the value and what was expected.
 */
export function parseIncoming(subject: string, data: Uint8Array, hdrs: Headers): Incoming {
  const kind = subject.split('.')[2] ?? '';
  const header = (key: string) => hdrs?.get(key) || hdrs?.get(key.toLowerCase()) || undefined;
  const body = parseJson(data);
  if (!body || typeof body !== 'object' || Array.isArray(body)) {
    throw new TerminalError(
      'bad-message',
      `The goal is not a JSON object: ${JSON.stringify(new TextDecoder().decode(data.slice(0, 80)))}.`,
      'Expected for example {"service":"cart"}.',
    );
  }
  const envelope = 'specversion' in body ? CloudEvent.safeParse(body) : null;
  if (envelope && !envelope.success)
    throw new TerminalError(
      'bad-message',
      `The CloudEvent is not valid: ${issue(envelope.error, body)}.`,
      'It needs specversion, id, source and data, and data is the goal as a JSON object.',
    );
  const content = { ...((envelope ? envelope.data.data : body) as object), kind };
  const spec = GoalSpec.safeParse(content);
  if (!spec.success) throw new TerminalError('bad-message', `The goal is not valid: ${issue(spec.error, content)}.`, wayOut(kind));
  const ce = envelope ? { id: envelope.data.id, source: envelope.data.source } : { id: header('ce-id'), source: header('ce-source') };
  const msgId = header('Nats-Msg-Id');
  const id = ce.id && ce.source ? `ce:${ce.source}\n${ce.id}` : msgId ? `msg:${msgId}` : null;
  return {
    spec: spec.data,
    id,
    source: ce.source ?? header('awo-source') ?? 'nats',
    traceparent: header('traceparent') ?? (envelope?.data.traceparent || header('ce-traceparent')),
  };
}

const CloudEvent = z.looseObject({
  specversion: z.string(),
  id: z.string().min(1),
  source: z.string().min(1),
  traceparent: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});

/** Names each value that does not fit and what was expected in its place. */
function issue(error: z.ZodError, input: object): string {
  return error.issues
    .map((i) => (i.path.length > 0 ? `"${i.path.join('.')}": ${shown(i.path, input)} does not fit: ${i.message}` : i.message))
    .join('; ')
    .slice(0, 600);
}

function shown(path: readonly PropertyKey[], input: unknown): string {
  const value = path.reduce<unknown>((v, key) => (v && typeof v === 'object' ? (v as Record<PropertyKey, unknown>)[key] : undefined), input);
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}

function wayOut(kind: string): string {
  const known = GoalSpec.options.find((option) => option.shape.kind.value === kind);
  if (!known) return `Subjects are awo.goals.${GOAL_KINDS.join(', .')}.`;
  const fields = Object.keys(known.shape).filter((field) => field !== 'kind');
  return `A ${kind} takes: ${fields.join(', ')}.`;
}

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** The goal's id follows from what makes it unique, so the same message twice meets the guard of the log: also years later. */
export function goalIdFor(unique: string): GoalId {
  const hash = createHash('sha256').update(unique).digest();
  return `g${Array.from(hash.subarray(0, 10), (byte) => CROCKFORD[byte & 31]).join('')}`;
}

/** Pairs a waiting requester with the planner that took the message in: by subject, bytes and whatever id the message has. */
export const intakeDigest = (subject: string, data: Uint8Array, hdrs: Headers): string => {
  const hash = createHash('sha256').update(subject);
  for (const key of ['Nats-Msg-Id', 'ce-source', 'ce-id']) hash.update(`\n${hdrs?.get(key) || ''}`);
  return hash.update('\n').update(data).digest('hex').slice(0, 32);
};

/** The answer to a publisher that waits. It is also a valid PubAck (`stream`, `seq`) or JetStream error. */
export const IntakeReply = z.union([
  z.object({
    stream: z.string(),
    seq: z.number(),
    duplicate: z.boolean().optional(),
    goal: z.string(),
    accepted: z.literal(true),
    /** Stored, and begins when its turn comes; place 1 is next. */
    waiting: z.object({ place: z.number() }).optional(),
  }),
  z.object({
    error: z.object({ code: z.number(), err_code: z.number(), description: z.string() }),
    accepted: z.literal(false),
    code: z.string(),
    reason: z.string(),
  }),
]);
export type IntakeReply = z.infer<typeof IntakeReply>;

/** Publishes a goal and waits until it stands in its log or is refused. `id`: the same id is the same goal. */
export async function submitGoal(
  connection: Connection,
  spec: GoalSpec,
  options: { id?: string; source?: string; timeoutMs?: number } = {},
): Promise<IntakeReply> {
  const hdrs = headers();
  if (options.id) hdrs.set('Nats-Msg-Id', options.id);
  hdrs.set('awo-source', options.source ?? 'cli');
  const { kind, ...body } = spec;
  const reply = await connection.nc.request(subjects.goals(kind), JSON.stringify(body), { timeout: options.timeoutMs ?? 10_000, headers: hdrs });
  return IntakeReply.parse(parseJson(reply.data));
}

/** The same without waiting: an agent's own wish, which must not hold up what it does. What is published after it on this connection is behind it. */
export function sendGoal({ nc }: Pick<Connection, 'nc'>, { kind, ...body }: GoalSpec, { id, source }: { id: string; source: string }): void {
  const hdrs = headers();
  hdrs.set('Nats-Msg-Id', id);
  hdrs.set('awo-source', source);
  nc.publish(subjects.goals(kind), JSON.stringify(body), { headers: hdrs });
}
