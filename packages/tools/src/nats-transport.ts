// MCP over NATS: a session is opened with any replica of a server (queue group) and goes on with the one that answered.
import { subjects } from '@awo/contracts';
import type { MsgHdrs, NatsConnection, Subscription } from '@nats-io/transport-node';
import { createInbox, headers } from '@nats-io/transport-node';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';

const SESSION_HEADER = 'awo-mcp-session';
/** Asks which replica this is, and for no session. */
const PROBE_HEADER = 'awo-mcp-probe';
const NO_RESPONDERS = 503;

const encode = (message: JSONRPCMessage) => JSON.stringify(message);
const decode = (data: Uint8Array) => JSON.parse(new TextDecoder().decode(data)) as JSONRPCMessage;

/** The client's side: one inbox per session. A server that is not there closes the transport at once. */
export class NatsClientTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  private readonly nc: NatsConnection;
  private target: string;
  private readonly inbox: string;
  private sub: Subscription | undefined;

  /** `replica`: with that one, as `findReplicas` named it; left out, with whichever the broker chooses. */
  constructor({ nc, user }: { nc: NatsConnection; user: string }, server: string, replica?: string) {
    this.nc = nc;
    this.target = replica ?? subjects.mcp(server);
    // The server's name stands in it: each server may answer there only, and never in another's place.
    this.inbox = createInbox(`_INBOX_${user}.${server}`);
  }

  /** Where the session goes on: one replica, once it has answered. */
  get replica(): string {
    return this.target;
  }

  async start(): Promise<void> {
    this.sub = this.nc.subscribe(this.inbox, {
      callback: (error, msg) => {
        if (error || msg.headers?.code === NO_RESPONDERS) {
          this.onerror?.(error ?? new Error(`no server answers on ${this.target}`));
          void this.close();
          return;
        }
        const session = msg.headers?.get(SESSION_HEADER);
        if (session) this.target = session;
        this.onmessage?.(decode(msg.data));
      },
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.nc.publish(this.target, encode(message), { reply: this.inbox });
  }

  async close(): Promise<void> {
    if (!this.sub) return;
    this.sub.unsubscribe();
    this.sub = undefined;
    this.onclose?.();
  }
}

/** As many as the broker is asked: it chooses a replica for each. Of three all are found but for one look in 200. */
const PROBES = 16;
const PROBE_WITHIN_MS = 500;

/** Who serves now, by the subjects where their sessions go on. None is opened by asking. */
export async function findReplicas({ nc, user }: { nc: NatsConnection; user: string }, server: string): Promise<string[]> {
  const probe = async (): Promise<string[]> => {
    const hdrs = headers();
    hdrs.set(PROBE_HEADER, '1');
    // To a server that knows no probes it is an MCP ping, which it answers, too.
    const ping = encode({ jsonrpc: '2.0', id: 0, method: 'ping' });
    const options = { timeout: PROBE_WITHIN_MS, noMux: true, reply: createInbox(`_INBOX_${user}.${server}`), headers: hdrs };
    const answer = await nc.request(subjects.mcp(server), ping, options).catch(() => null);
    const replica = answer?.headers?.get(SESSION_HEADER);
    return replica ? [replica] : [];
  };
  return [...new Set((await Promise.all(Array.from({ length: PROBES }, probe))).flat())];
}

/** The server's side of one session: everything that came from one client's inbox. */
export class NatsSessionTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  private readonly nc: NatsConnection;
  private readonly inbox: string;
  private readonly session: string;

  constructor(nc: NatsConnection, inbox: string, session: string) {
    this.nc = nc;
    this.inbox = inbox;
    this.session = session;
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage): Promise<void> {
    const hdrs = headers();
    hdrs.set(SESSION_HEADER, this.session);
    this.nc.publish(this.inbox, encode(message), { headers: hdrs });
  }

  async close(): Promise<void> {
    this.onclose?.();
  }
}

/** Listens for sessions of `server` and calls `open` for each new client. Returns what stops listening. */
export function listenForSessions(nc: NatsConnection, server: string, instance: string, open: (transport: NatsSessionTransport) => Promise<void>): () => void {
  const session = subjects.mcpSession(server, instance);
  const sessions = new Map<string, Promise<NatsSessionTransport>>();
  const callback = (error: Error | null, msg: { reply?: string; data: Uint8Array; headers?: MsgHdrs }) => {
    const inbox = msg.reply;
    if (error || !inbox) return;
    if (msg.headers?.has(PROBE_HEADER)) {
      const hdrs = headers();
      hdrs.set(SESSION_HEADER, session);
      return nc.publish(inbox, '{}', { headers: hdrs });
    }
    let transport = sessions.get(inbox);
    if (!transport) {
      const fresh = new NatsSessionTransport(nc, inbox, session);
      transport = open(fresh).then(() => fresh);
      sessions.set(inbox, transport);
      // Clients come and go over months; the oldest session is the one least missed.
      if (sessions.size > MAX_SESSIONS) {
        const [oldest] = sessions.keys();
        if (oldest) {
          void sessions.get(oldest)?.then((t) => t.close());
          sessions.delete(oldest);
        }
      }
    }
    void transport.then((t) => t.onmessage?.(decode(msg.data)));
  };
  const shared = nc.subscribe(subjects.mcp(server), { queue: server, callback });
  const own = nc.subscribe(session, { callback });
  return () => {
    shared.unsubscribe();
    own.unsubscribe();
  };
}

const MAX_SESSIONS = 200;
