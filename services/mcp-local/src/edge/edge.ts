// The edge of one environment: a listener per service, the routes they read, and the files that both come back from.
import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { EdgePast, type EdgeReport, LATENCY_BOUNDS_MS } from '@awo/contracts';
import { findFreePort } from '@awo/free-port';
import type { z } from 'zod';
import { readDurable, writeDurably } from '../durable-file.ts';
import { Saved } from './counters.ts';
import { leavingOf, type Port, portsOf, type Route } from './exchange.ts';
import { forward } from './forward.ts';
import { createLedger } from './ledger.ts';
import { createPast, type Counts } from './past.ts';
import { inOrder, type Listening, Routes } from './routes.ts';
import { createSpans, type Spans } from './spans.ts';
import { forwardUpgrade } from './upgrade.ts';

export type Edge = {
  /** Takes over all routes at once and remembers them. Services that are gone are closed. */
  apply(routes: Routes): Promise<Listening>;
  report(): EdgeReport;
  spans: Spans['after'];
  /** Writes the counters, when they have changed, and once a minute what came in it. */
  flush(): void;
  close(): Promise<void>;
};

const PATIENCE = 4;
const PAUSE_MS = 100;

type Listener = { route: Route; port: number; server: Server };

/** Starts with the routes and counters that `dir` holds. */
export async function openEdge(dir: string): Promise<Edge> {
  const files = { routes: `${dir}/routes.json`, counters: `${dir}/counters.json`, past: `${dir}/past.json` };
  const ledger = createLedger(readOrNothing(files.counters, Saved) ?? []);
  const listeners = new Map<string, Listener>();
  const spans = createSpans();
  const counted = (): Counts[] =>
    ledger
      .all()
      .map(({ service, generation, counters }) => ({ service, key: `${service} ${generation}`, requests: counters.requests, errors: counters.errors }));
  const past = createPast(readOrNothing(files.past, EdgePast), counted());
  const writeCounters = changedOnly(
    () => ledger.save(),
    (saved) => writeDurably(files.counters, saved),
  );
  let written = '';
  let queue: Promise<unknown> = Promise.resolve();

  const take = async (routes: Routes): Promise<Listening> => {
    for (const service of routes.services) {
      const listener = listeners.get(service.name) ?? (await listen(service.name, service.port, listeners, spans));
      listeners.set(service.name, listener);
      const before = listener.route.lanes;
      const lanes = service.targets.map((t) => ({ ...t, ports: portsOf(t, before), counters: ledger.of(service.name, t) }));
      listener.route.leaving = leavingOf(listener.route, lanes);
      listener.route.lanes = inOrder(lanes);
      listener.route.shed = service.shed ?? 0;
    }
    for (const [name, listener] of listeners)
      if (!routes.services.some((s) => s.name === name)) {
        listeners.delete(name);
        listener.server.close();
      }
    const services = routes.services.map((s) => ({ ...s, port: listeners.get(s.name)?.port ?? s.port }));
    const text = JSON.stringify(services);
    if (text !== written) writeDurably(files.routes, { services });
    written = text;
    return { ports: Object.fromEntries(services.map((s) => [s.name, s.port])) };
  };

  const edge: Edge = {
    apply(routes) {
      // One after the other: two at once could open two listeners for one service.
      const done = queue.then(() => take(routes));
      queue = done.catch(() => undefined);
      return done;
    },
    report: () => ({
      services: [...listeners].map(([name, { port, route }]) => ({
        name,
        port,
        revisions: ledger.entries(name).map(({ revision, generation, control, counters: { customers, ...rest } }) => ({
          ...rest,
          ...(control === undefined ? {} : { control }),
          revision,
          generation,
          weight: route.lanes.find((l) => l.generation === generation)?.weight ?? 0,
          latency: rest.latency.slice(0, LATENCY_BOUNDS_MS.length + 1),
          customersWithErrors: customers.size,
          processes: route.lanes.find((l) => l.generation === generation)?.ports.map(figuresOf) ?? [],
        })),
        leaving: route.leaving.filter((one) => one.inFlight > 0).map(({ port: of, inFlight }) => ({ port: of, inFlight })),
      })),
    }),
    spans: spans.after,
    flush() {
      writeCounters();
      if (past.add(counted(), Date.now())) writeDurably(files.past, past.save());
    },
    async close() {
      await Promise.all([...listeners.values()].map(({ server }) => new Promise((done) => server.close(done))));
      edge.flush();
      writeDurably(files.past, past.save());
    },
  };
  const remembered = readOrNothing(files.routes, Routes);
  if (remembered !== null) await edge.apply(remembered);
  return edge;
}

const figuresOf = ({ port, requests, errors, ms, inFlight }: Port) => ({ port, requests, errors, ms: Math.round(ms), inFlight });

/** On the wanted port, or, where that is taken, on the next free one. */
async function listen(name: string, wanted: number, others: ReadonlyMap<string, Listener>, spans: Spans): Promise<Listener> {
  const route: Route = { name, lanes: [], leaving: [], shed: 0, trace: spans.tracerOf(name) };
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, (request, response) => forward(request, response, route));
  server.on('upgrade', (request, socket, head) => forwardUpgrade(request, socket, head, route));
  server.on('clientError', (_, socket) => void (socket.writable ? socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n') : socket.destroy()));
  const taken = new Set([...others.values()].map((l) => l.port));
  for (let port = wanted; ; port = await findFreePort(port + 1, taken)) {
    // The edge before may just have been killed and be on its way out: its port is worth a short wait.
    for (let tries = port === wanted ? PATIENCE : 1; tries > 0 && !taken.has(port); tries -= 1) {
      if (await listening(server, port)) return { route, port, server };
      if (tries > 1) await delay(PAUSE_MS);
    }
    taken.add(port);
  }
}

/** An edge that can read nothing still serves: its owner tells it the routes again. */
function readOrNothing<S extends z.ZodType>(path: string, schema: S): z.infer<S> | null {
  try {
    return readDurable(path, schema);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}

function listening(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.off('listening', ok);
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    const ok = () => {
      server.off('error', failed);
      resolve(true);
    };
    server.once('error', failed);
    server.once('listening', ok);
    server.listen({ port, host: '127.0.0.1', backlog: 1024 });
  });
}

function changedOnly<T>(read: () => T, write: (value: T) => void): () => void {
  let last = '';
  return () => {
    const value = read();
    const text = JSON.stringify(value);
    if (text === last) return;
    write(value);
    last = text;
  };
}
