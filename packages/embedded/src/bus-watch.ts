// Watches the bus from the supervisor: puts back what was taken away, and starts a server again that has stopped writing once it can.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { BUS_FILE } from './bus-users.ts';
import type { Report } from './progress.ts';

/** How long a bus that has stopped may stay unseen. A look is two requests to the server's monitoring, a few milliseconds. */
const LOOK_EVERY_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** More than a server writes at its start. */
const PROBE = Buffer.alloc(1024 * 1024);
/** A server that is still reading its store, or waits for its peers, is unhealthy too, and a restart would make that longer. */
const STOPPED_WRITING = /write error|no space left|jetstream not enabled/i;

const Healthz = z.object({ status: z.string(), error: z.string().optional() });
const Jsz = z.object({
  account_details: z
    .array(
      z.object({
        stream_detail: z.array(z.object({ name: z.string(), consumer_detail: z.array(z.object({ name: z.string() })).nullish() })).nullish(),
      }),
    )
    .nullish(),
});
const Declared = z.object({
  streams: z.record(z.string(), z.unknown()),
  consumers: z.array(z.object({ stream: z.string(), name: z.string() })),
  buckets: z.record(z.string(), z.object({ kind: z.enum(['kv', 'object']) })),
});

export interface BusWatch {
  /** What keeps the bus from working as declared, in words; null where nothing does. */
  trouble(): string | null;
  stop(): Promise<void>;
}

export interface BusWatchOptions {
  /** The server's monitoring; null while there is none to ask. */
  monitorUrl(): string | null;
  /** A folder on the disk of the store. */
  folder: string;
  /** Applies bus.yaml. */
  provision(): Promise<void>;
  /** Ends the server; whoever keeps it starts it again. */
  restart(): Promise<void>;
  report: Report;
  everyMs?: number | undefined;
}

/** Streams, consumers (`STREAM > consumer`) and buckets of bus.yaml, by the names that the server's monitoring shows. */
function declaredNames(): string[] {
  const { streams, consumers, buckets } = Declared.parse(parse(readFileSync(BUS_FILE, 'utf8')));
  const bucketStreams = Object.entries(buckets).map(([name, { kind }]) => `${kind === 'kv' ? 'KV' : 'OBJ'}_${name}`);
  return [...Object.keys(streams), ...bucketStreams, ...consumers.map(({ stream, name }) => `${stream} > ${name}`)];
}

async function missing(monitorUrl: string, declared: readonly string[]): Promise<string[]> {
  const { account_details: accounts } = Jsz.parse(await read(`${monitorUrl}/jsz?consumers=true`));
  const streams = (accounts ?? []).flatMap((account) => account.stream_detail ?? []);
  const found = new Set(streams.flatMap((s) => [s.name, ...(s.consumer_detail ?? []).map((c) => `${s.name} > ${c.name}`)]));
  return declared.filter((name) => !found.has(name));
}

/** The body, whatever the status: an unhealthy server answers 503. */
const read = async (url: string): Promise<unknown> => (await fetch(url, { signal: AbortSignal.timeout(2000) })).json();

/** Can a server that starts now write? */
function hasRoom(folder: string): boolean {
  const file = join(folder, 'room');
  try {
    writeFileSync(file, PROBE, { flush: true });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(file, { force: true });
  }
}

/** Looks until `stop`. A remedy that does not help is repeated ever more seldom, at least once a minute. */
export function watchBus({ monitorUrl, folder, provision, restart, report, everyMs = LOOK_EVERY_MS }: BusWatchOptions): BusWatch {
  const declared = declaredNames();
  const stopping = new AbortController();
  const { signal } = stopping;
  let trouble: string | null = null;
  let tries = 0;
  let restAfter = 0;

  const remedy = async (what: string, cure: () => Promise<void>) => {
    if (Date.now() < restAfter) return;
    report({ phase: 'nats-server', text: what });
    restAfter = Date.now() + Math.min(everyMs * 2 ** tries++, LONGEST_PAUSE_MS);
    await cure();
  };
  const look = async () => {
    const url = monitorUrl();
    if (url === null) return;
    const { error = '' } = Healthz.parse(await read(`${url}/healthz`));
    if (STOPPED_WRITING.test(error)) {
      const room = hasRoom(folder);
      trouble = room ? `nats-server has stopped writing: ${error}` : `the disk of the bus is full: ${error}`;
      // A server that could not write once does not try again by itself; started without room it would not even come up.
      if (room) await remedy(`${trouble}; there is room now: starting it again`, restart);
      return;
    }
    const gone = await missing(url, declared);
    trouble = gone.length > 0 ? `missing on the bus: ${gone.join(', ')}` : null;
    if (trouble === null) tries = 0;
    else await remedy(`Missing on the bus, putting it back: ${gone.join(', ')}`, provision);
  };
  const loop = async () => {
    while (!signal.aborted) {
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      // No answer: the server is being started again, and the next look finds out.
      await look().catch((error: unknown) => (trouble = `nats-server does not answer: ${error instanceof Error ? error.message : String(error)}`));
    }
  };
  const done = loop();
  return {
    trouble: () => trouble,
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
