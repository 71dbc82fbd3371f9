// The HTTP way in: what comes is looked at, put on the bus, and answered with what the bus said. Nothing is kept here.
import { createHash, timingSafeEqual } from 'node:crypto';
import { IntakeReply } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { parseSignal, RetryableError, subjects, TerminalError } from '@awo/contracts';
import { headers } from '@nats-io/transport-node';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** The body of an Alertmanager with a few hundred alerts is some 200 KiB; the bus takes a MiB. */
const MOST_BYTES = 512 * 1024;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** A planner that answers needs some milliseconds; one that does not has the goal in INBOX all the same. */
const ANSWER_WITHIN_MS = 10_000;

type Said = { error: string; hint?: string };
const say = (c: Context, status: 400 | 401 | 404 | 413 | 422 | 503, said: Said) => c.json(said, status);

/** `token`: what callers show as `Authorization: Bearer`. Answers: 202 taken, 400 not understood, 401, 413, 422 refused with the reason, 503 try again. */
export function routes(bus: Pick<Bus, 'js' | 'nc'>, token: string): Hono {
  const expected = digest(`Bearer ${token}`);
  const app = new Hono();
  app.use(async (c, next) => {
    // Of equal length whatever was sent: the time of the comparison tells nothing.
    if (!timingSafeEqual(digest(c.req.header('authorization') ?? ''), expected))
      return say(c, 401, { error: 'The token is missing or wrong.', hint: 'Send "Authorization: Bearer ..." with what stands in .awo/keys/gateway.token.' });
    return next();
  });
  app.use(
    bodyLimit({
      maxSize: MOST_BYTES,
      onError: (c) => say(c, 413, { error: `The body is larger than ${MOST_BYTES} bytes.`, hint: 'Send fewer alerts at once.' }),
    }),
  );

  app.post('/signals/:source/:type', async (c) => {
    const { source, type } = c.req.param();
    if (!NAME.test(source) || !NAME.test(type))
      return say(c, 400, { error: `"${source}/${type}" cannot be the source and type of a signal.`, hint: 'Letters, digits, - and _, 64 at most.' });
    const subject = subjects.signal(source, type);
    const body = new Uint8Array(await c.req.arrayBuffer());
    const heard = parseSignal(subject, body);
    const hdrs = passedOn(c);
    const msgID = hdrs.get('Nats-Msg-Id') || [hdrs.get('ce-source'), hdrs.get('ce-id')].filter(Boolean).join(' ');
    const { seq, duplicate } = await bus.js.publish(subject, body, { headers: hdrs, ...(msgID ? { msgID } : {}) }).catch(away);
    return c.json({ seq, duplicate, signals: heard.length }, 202);
  });

  app.post('/goals/:kind', async (c) => {
    const { kind } = c.req.param();
    if (!NAME.test(kind)) return say(c, 400, { error: `"${kind}" cannot be a kind of goal.`, hint: 'Such as: release, rollback, test, assess.' });
    const body = new Uint8Array(await c.req.arrayBuffer());
    const reply = await bus.nc.request(subjects.goals(kind), body, { timeout: ANSWER_WITHIN_MS, headers: passedOn(c) }).catch(away);
    const answer = IntakeReply.parse(reply.json());
    return c.json(answer, answer.accepted ? 202 : 422);
  });

  app.notFound((c) => say(c, 404, { error: `Nothing is at ${c.req.method} ${c.req.path}.`, hint: 'POST /signals/SOURCE/TYPE or POST /goals/KIND.' }));
  app.onError((error, c) => {
    if (error instanceof TerminalError) return say(c, 400, { error: error.message, ...(error.hint ? { hint: error.hint } : {}) });
    if (error instanceof RetryableError) return say(c, 503, { error: error.message, hint: 'Send it again with the same Idempotency-Key: it counts once.' });
    throw error;
  });
  return app;
}

/** What the planner reads beside the body goes on as it came: the id, a CloudEvent in binary mode, the caller's trace. So the same event is the same goal, whichever way it takes. */
function passedOn(c: Context) {
  const hdrs = headers();
  for (const [name, value] of c.req.raw.headers) if (/^(ce-[a-z0-9]+|traceparent|tracestate)$/.test(name)) hdrs.set(name, value);
  const key = c.req.header('idempotency-key');
  if (key) hdrs.set('Nats-Msg-Id', key);
  hdrs.set('awo-source', 'gateway');
  return hdrs;
}

const away = (error: unknown): never => {
  throw new RetryableError('bus-unavailable', `Nobody on the bus answers now: ${error instanceof Error ? error.message : String(error)}.`);
};
const digest = (text: string) => createHash('sha256').update(text).digest();
