// The other end of the control socket: status, scale, restart, stop of a running installation.
import { createConnection } from 'node:net';
import { RetryableError, TerminalError } from '@awo/contracts';
import { ControlReply, socketPath } from './control-protocol.ts';
import type { ControlRequest, SupervisorStatus } from './control-protocol.ts';
import { lockOwner } from './owner-lock.ts';
import { isRunning } from './process-identity.ts';
import { until } from './until.ts';

export interface SupervisorControl {
  status(): Promise<SupervisorStatus>;
  /** Kept over restarts of the installation. @throws TerminalError `bad-arguments` for an unknown service. */
  scale(service: string, replicas: number): Promise<SupervisorStatus>;
  restart(what: string): Promise<SupervisorStatus>;
  /** Resolves when the supervisor and everything it started is gone. */
  stop(options?: { keepTraffic?: boolean }): Promise<void>;
}

async function ask(home: string, request: ControlRequest): Promise<SupervisorStatus> {
  const line = await new Promise<string>((resolve, reject) => {
    const socket = createConnection(socketPath(home));
    let text = '';
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.once('error', (error) => reject(new RetryableError('bus-unavailable', `The supervisor of ${home} does not answer: ${error.message}`)));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (!text.includes('\n')) return;
      resolve(text);
      socket.end();
    });
    socket.once('close', () => reject(new RetryableError('bus-unavailable', `The supervisor of ${home} hung up without an answer`)));
  });
  const reply = ControlReply.parse(JSON.parse(line));
  if (reply.ok) return reply.status;
  throw reply.code === 'bad-arguments' ? new TerminalError('bad-arguments', reply.message) : new RetryableError('internal', reply.message);
}

/** Control of the installation in `home`; undefined where none is running. */
export async function connectSupervisor(home: string): Promise<SupervisorControl | undefined> {
  const owner = lockOwner(home);
  if (!owner) return undefined;
  return {
    status: () => ask(home, { do: 'status' }),
    scale: (service, replicas) => ask(home, { do: 'scale', service, replicas }),
    restart: (what) => ask(home, { do: 'restart', what }),
    stop: async ({ keepTraffic = false } = {}) => {
      await ask(home, { do: 'stop', keepTraffic });
      const gone = await until(() => !isRunning(owner), 60_000);
      if (!gone) throw new RetryableError('internal', `The supervisor of ${home} is still running after 60 s`);
    },
  };
}
