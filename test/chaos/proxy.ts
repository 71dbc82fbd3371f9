// A TCP proxy between one process and nats-server: sees each publish before it goes on, and can hold, delay, silence or cut the line.
import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { frameCutter } from './nats-frames.ts';
import type { Frame } from './nats-frames.ts';

/** What happens to a publish: it goes on; it is lost with its connection; it and all that follow wait for `release`. */
export type Passage = 'pass' | 'cut' | 'hold';
type Watch = (frame: Frame) => Passage;

export type Proxy = {
  url: string;
  /** Asked for every publish; the process behind may be killed in it. */
  watch: (watch: Watch | null) => void;
  /** Nothing passes in either direction until `release`; the connections stay open, as in a partition. */
  hold: () => void;
  /** What was held goes on, in order. */
  release: () => void;
  /** The process behind reads nothing any more, until `false`: what the server sends piles up at the server. */
  stall: (stalled: boolean) => void;
  /** Every chunk takes this long on its way, both ways. */
  delay: (ms: number) => void;
  cut: () => void;
  /** Has the process behind subscribed to something, that is: begun to work? */
  connected: () => boolean;
  close: () => Promise<void>;
};

type Line = { client: Socket; server: Socket; held: (() => void)[]; atWork: boolean };

/** `target` is asked at every connection; null: refused, as nobody listens there now. */
export async function startProxy(target: () => { host: string; port: number } | null): Promise<Proxy> {
  const lines = new Set<Line>();
  let watch: Watch | null = null;
  let holding = false;
  let delayMs = 0;
  const forward = (line: Line, to: Socket, bytes: Buffer) => {
    const send = () => void (to.writable && to.write(bytes));
    if (holding || line.held.length > 0) line.held.push(send);
    else if (delayMs > 0) setTimeout(send, delayMs);
    else send();
  };
  const drop = (line: Line) => {
    lines.delete(line);
    line.client.destroy();
    line.server.destroy();
  };
  const listener = createServer((client) => {
    const to = target();
    if (!to) return void client.destroy();
    const line: Line = { client, server: createConnection(to), held: [], atWork: false };
    lines.add(line);
    const cutFrames = frameCutter();
    client.setNoDelay(true);
    line.server.setNoDelay(true);
    client.on('data', (chunk) => {
      for (const frame of cutFrames(chunk)) {
        line.atWork ||= frame.verb === 'SUB';
        const passage = watch && frame.subject !== null ? watch(frame) : 'pass';
        if (passage === 'cut' || !lines.has(line)) return drop(line);
        if (passage === 'hold') holding = true;
        forward(line, line.server, frame.bytes);
      }
    });
    line.server.on('data', (chunk) => forward(line, client, chunk));
    for (const socket of [client, line.server]) {
      socket.on('error', () => drop(line));
      // A line that is held hides the end of one side from the other, as a partition does.
      socket.on('close', () => (holding ? line.held.push(() => drop(line)) : drop(line)));
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `nats://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    watch: (given) => void (watch = given),
    hold: () => void (holding = true),
    release: () => {
      holding = false;
      for (const line of lines) for (const go of line.held.splice(0)) go();
    },
    stall: (stalled) => {
      for (const { server } of lines) server[stalled ? 'pause' : 'resume']();
    },
    delay: (ms) => void (delayMs = ms),
    connected: () => [...lines].some((line) => line.atWork),
    cut: () => {
      for (const line of lines) drop(line);
    },
    close: async () => {
      for (const line of lines) drop(line);
      listener.close();
      await once(listener, 'close');
    },
  };
}
