// The supervisor's end of the control socket.
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { TerminalError } from '@awo/contracts';
import { ControlRequest, socketPath } from './control-protocol.ts';
import type { ControlReply, SupervisorStatus } from './control-protocol.ts';

export interface ControlServer {
  close(): void;
}

/** Answers each request line with what `handle` gives. The socket is for its owner only. */
export async function serveControl(home: string, handle: (request: ControlRequest) => Promise<SupervisorStatus>): Promise<ControlServer> {
  const path = socketPath(home);
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const lines = createInterface({ input: socket });
    // readline repeats the socket's error as its own, which would end the supervisor.
    lines.on('error', () => socket.destroy());
    lines.on('line', (line) => {
      void answer(line, handle).then((reply) => socket.writable && socket.write(`${JSON.stringify(reply)}\n`));
    });
  });
  // Nobody else may connect in the moment between listen and chmod.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(mask);
  }
  chmodSync(path, 0o600);
  return {
    close: () => {
      server.close();
      for (const socket of sockets) socket.end();
      rmSync(path, { force: true });
    },
  };
}

async function answer(line: string, handle: (request: ControlRequest) => Promise<SupervisorStatus>): Promise<ControlReply> {
  try {
    const request = ControlRequest.parse(JSON.parse(line));
    return { ok: true, status: await handle(request) };
  } catch (error) {
    return { ok: false, code: error instanceof TerminalError ? 'bad-arguments' : 'internal', message: error instanceof Error ? error.message : String(error) };
  }
}
