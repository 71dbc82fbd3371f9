// Connects one user to the bus. Lazy: JetStream handles cost nothing until used.
import { readFile } from 'node:fs/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { RetryableError, TerminalError } from '@awo/contracts';
import { signInWith } from './sign-in.ts';

export type Connection = { nc: NatsConnection; js: JetStreamClient; jsm: JetStreamManager; user: string };

export type ConnectOptions = {
  /** One address, or several separated by commas. */
  url: string;
  /** A user of deploy/nats/bus.yaml. */
  user: string;
  /** File with the user's nkey seed. Left out for servers without users. */
  nkeyFile?: string | undefined;
  /** Shown by the server's monitoring, e.g. `impact-1`. */
  name: string;
  /** Services wait for the server at start; a person at a terminal does not. */
  waitOnFirstConnect?: boolean;
  /** How long a request without answer may take, in milliseconds. */
  timeoutMs?: number;
  /** Speaks only to the addresses of `url`, not to the rest of the cluster that they tell of. */
  ignoreOthers?: boolean;
};

/** Opens the connection. Throws TerminalError `bad-config` for an unreadable key, RetryableError `bus-unavailable` when nobody answers. */
export async function openConnection(options: ConnectOptions): Promise<Connection> {
  const authenticator = options.nkeyFile ? signInWith(await readSeed(options.nkeyFile), options.nkeyFile) : undefined;
  try {
    const nc = await connect({
      servers: options.url.split(','),
      name: options.name,
      inboxPrefix: `_INBOX_${options.user}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      // The library takes the second refusal for the last word, also "Authentication Timeout" of a server that is busy after its start: the process would live on without ever working again.
      ignoreAuthErrorAbort: true,
      waitOnFirstConnect: options.waitOnFirstConnect ?? false,
      timeout: options.timeoutMs ?? 5000,
      // A server that stands still keeps its connections: without an answer to two of these another one is taken.
      pingInterval: 3000,
      maxPingOut: 2,
      // Or every request, answered or not, makes two error objects with their stacks: a tenth of what a step computes. Our errors name the goal and the subject.
      noAsyncTraces: true,
      ...(options.ignoreOthers ? { ignoreClusterUpdates: true } : {}),
      ...(authenticator ? { authenticator } : {}),
    });
    const js = jetstream(nc, { timeout: options.timeoutMs ?? 5000 });
    const jsm = await jetstreamManager(nc, { checkAPI: false, timeout: options.timeoutMs ?? 5000 });
    return { nc, js, jsm, user: options.user };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (/authorization|permission/i.test(said)) throw new TerminalError('not-allowed', `The bus at ${options.url} does not let "${options.user}" in: ${said}.`);
    throw new RetryableError('bus-unavailable', `No bus answers at ${options.url}: ${said}.`);
  }
}

async function readSeed(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new TerminalError(
      'bad-config',
      `The key file ${file} cannot be read.`,
      'Keys are made by `awo up`; AWO_HOME must be the folder of a running installation.',
    );
  }
}
