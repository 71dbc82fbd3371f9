// Measures every environment of this machine once a second: traffic at the edge, processes, probes of services and data sources, configuration files.
import { setTimeout as delay } from 'node:timers/promises';
import { statSync } from 'node:fs';
import { type EdgeControl, type EdgeCounters, isRefusing, LATENCY_BOUNDS_MS, type LocalService, revisionLog } from '@awo/contracts';
import { getCounters, getSpans } from '../edge-client.ts';
import type { Environment } from '../environment.ts';
import { configured, resolved } from '../environment-variables.ts';
import { lives } from '../launch.ts';
import type { Local } from '../local.ts';
import { keepFile } from '../repair/config-files.ts';
import { adopt, configurationOf } from '../repair/configure.ts';
import { servingOf } from '../repair/find-service.ts';
import { createKeptSpans, type KeptSpans } from '../traces/kept-spans.ts';
import { type Probed, probeHttp, probeSource } from './probe.ts';
import { useOfGroups } from './process-groups.ts';
import { createShares, type Shares } from './shares.ts';
import { createTracks, type Tracks } from './tracks.ts';

const EVERY_MS = 1000;
const STANDBY_EVERY = 5;

type Change = { entity: string; t: number; kind: string; what: string; revision?: string };
type Kept = {
  tracks: Tracks;
  shares: Shares;
  spans: KeptSpans;
  /** Number of the last span that the edge has told of. */
  spansUpTo: number;
  changes: Change[];
  answers: Map<string, Map<string, string | null>>;
  counted: Map<string, EdgeCounters>;
  cpu: Map<number, number>;
};

export type Recorder = {
  of(environment: string): Pick<Kept, 'tracks' | 'shares' | 'spans' | 'changes'>;
  /** What the check path of a source answered last, by address. */
  answersOf(environment: string, source: string): Record<string, string | null>;
  /** Until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
};

export const sourceId = (service: string, variable: string): string => `${service}/${variable}`;

export function createRecorder(local: Local): Recorder {
  const kept = new Map<string, Kept>();
  const keptOf = (name: string): Kept => {
    const known = kept.get(name) ?? {
      tracks: createTracks(),
      shares: createShares(),
      spans: createKeptSpans(),
      spansUpTo: 0,
      changes: [],
      answers: new Map(),
      counted: new Map(),
      cpu: new Map(),
    };
    kept.set(name, known);
    return known;
  };
  let turn = 0;
  return {
    of: keptOf,
    answersOf: (environment, source) => Object.fromEntries(keptOf(environment).answers.get(source) ?? []),
    async run(signal) {
      for (; !signal.aborted; turn += 1) {
        const began = Date.now();
        for (const environment of local.environments())
          await measure(local, environment, keptOf(environment.name), turn).catch((error: unknown) =>
            local.log.warn({ environment: environment.name, error: String(error) }, 'could not be measured'),
          );
        await delay(Math.max(100, EVERY_MS - (Date.now() - began)), undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

async function measure(local: Local, environment: Environment, kept: Kept, turn: number): Promise<void> {
  const services = environment.state.services.filter((s) => s.revisions.some((r) => r.desired === 'running'));
  if (services.length === 0) return;
  const now = Date.now();
  const edge = environment.edge();
  // The edge may be on its way up; what it does not tell now is a gap, not a zero.
  const counters = edge === null ? null : await getCounters(edge).catch(() => null);
  if (edge !== null) await calls(edge, kept, now);
  for (const service of services) {
    const counted = counters?.services.find((s) => s.name === service.name)?.revisions ?? [];
    for (const one of counted) traffic(kept, service, one, now);
    const serving = servingOf(service);
    const shared = counted.find((one) => one.generation === serving?.generation)?.processes;
    if (serving !== undefined && shared !== undefined) kept.shares.add(service.name, serving, shared, now);
    processes(local, environment, kept, service, now);
    files(environment, kept, service, now);
  }
  await Promise.all(services.map((service) => probes(local, kept, service, now, turn)));
}

/** What cannot be read now is there at the next turn. */
async function calls(edge: EdgeControl, kept: Kept, now: number): Promise<void> {
  const told = await getSpans(edge, kept.spansUpTo).catch(() => null);
  if (told === null) return;
  kept.spansUpTo = told.last;
  kept.spans.add(told.spans, now);
}

function traffic({ tracks, counted }: Kept, service: LocalService, present: EdgeCounters, now: number): void {
  const key = `${service.name} ${present.generation}`;
  const before = counted.get(key);
  counted.set(key, present);
  const serving = servingOf(service);
  if (before === undefined || serving?.generation !== present.generation) return;
  const requests = present.requests - before.requests;
  tracks.add(service.name, 'requests_per_second', now, requests);
  tracks.add(service.name, 'unanswered', now, present.inFlight);
  if (requests <= 0) return;
  tracks.add(service.name, 'error_ratio', now, (present.errors - before.errors) / requests);
  const buckets = present.latency.map((n, i) => n - (before.latency[i] ?? 0));
  tracks.add(service.name, 'latency_p95_ms', now, quantile(buckets, requests, 0.95));
  tracks.add(service.name, 'latency_p50_ms', now, quantile(buckets, requests, 0.5));
}

/** Upper bound of the bucket that holds it. */
function quantile(buckets: readonly number[], total: number, q: number): number {
  let seen = 0;
  for (const [i, n] of buckets.entries()) {
    seen += n;
    if (seen >= q * total) return LATENCY_BOUNDS_MS[i] ?? 10_000;
  }
  return 10_000;
}

function processes(local: Local, environment: Environment, { tracks, cpu, changes }: Kept, service: LocalService, now: number): void {
  const revision = servingOf(service);
  if (revision === undefined) return;
  const alive = lives({ environment, service, revision });
  tracks.add(service.name, 'restarts', now, revision.restarts);
  tracks.add(service.name, 'log_bytes', now, sizeOf(revisionLog(local.home, environment.name, service.name, revision.revision)));
  if (revision.startedAt !== null && !changes.some((c) => c.entity === service.name && c.revision === revision.revision && c.kind === 'release'))
    note(changes, {
      entity: service.name,
      t: Date.parse(revision.startedAt),
      kind: 'release',
      what: `revision ${revision.revision.slice(0, 12)}`,
      revision: revision.revision,
    });
  const pids = [alive ? revision.pid : null, ...(revision.replicas ?? []).map((r) => (r.ready ? r.pid : null))].filter((pid) => pid !== null);
  const uses = [...useOfGroups(new Set(pids))];
  if (uses.length === 0) return;
  // Of the one that uses most: one process more is no trouble.
  tracks.add(service.name, 'memory_rss_bytes', now, Math.max(...uses.map(([, use]) => use.memoryBytes)));
  const spent = uses.flatMap(([pid, { cpuSeconds }]) => (cpu.has(pid) ? [Math.max(0, cpuSeconds - (cpu.get(pid) ?? 0))] : []));
  for (const [pid, { cpuSeconds }] of uses) cpu.set(pid, cpuSeconds);
  if (spent.length > 0) tracks.add(service.name, 'cpu_share', now, Math.max(...spent));
}

function files(environment: Environment, { changes }: Kept, service: LocalService, now: number): void {
  const paths = servingOf(service)?.model.files ?? [];
  const seen = paths.flatMap((path) => {
    const digest = keepFile(environment.dir, path);
    return digest === null ? [] : [{ path, digest }];
  });
  const present = configurationOf(service);
  const changed = seen.filter(({ path, digest }) => present.files.find((f) => f.path === path)?.digest !== digest);
  if (changed.length === 0) return;
  const first = changed.every(({ path }) => !present.files.some((f) => f.path === path));
  const next = { env: present.env, files: seen };
  if (first) service.configuration = next;
  else {
    adopt(service, next, new Date(now), false);
    for (const { path } of changed) note(changes, { entity: service.name, t: now, kind: 'configuration', what: `file ${path}` });
  }
  environment.save();
}

async function probes({ hostEnv }: Local, { tracks, answers }: Kept, service: LocalService, now: number, turn: number): Promise<void> {
  const revision = servingOf(service);
  if (revision === undefined || revision.port === null || revision.startedAt === null) return;
  const record = (entity: string, probed: Probed) => {
    tracks.add(entity, 'up', now, probed.up ? 1 : 0);
    if (probed.up) tracks.add(entity, 'probe_ms', now, probed.ms);
  };
  const asked = [probeHttp(`http://127.0.0.1:${revision.port}${revision.model.healthPath}`).then((probed) => record(service.name, probed))];
  const { env, sources } = configured(service, revision.model, hostEnv);
  const original = resolved(revision.model, hostEnv).env;
  for (const [variable, { standby, check = null }] of Object.entries(sources ?? {})) {
    const id = sourceId(service.name, variable);
    const known = answers.get(id) ?? new Map<string, string | null>();
    answers.set(id, known);
    const present = env[variable];
    // What a repair has left as well: it is compared before somebody goes back to it.
    for (const address of new Set([present, ...standby, original[variable]].filter((one) => one !== undefined))) {
      // Nobody answers where a circuit was opened, and nobody is meant to.
      if (isRefusing(address) || (address !== present && turn % STANDBY_EVERY !== 0)) continue;
      const asking = probeSource(address, check);
      if (asking === null) continue;
      asked.push(
        asking.then((probed) => {
          // The last thing a dead source said is what its standby has to say as well.
          if (probed.body !== null || !known.has(address)) known.set(address, probed.body);
          if (address === present) record(id, probed);
        }),
      );
    }
  }
  await Promise.all(asked);
}

function note(changes: Change[], change: Change): void {
  changes.push(change);
  if (changes.length > 200) changes.shift();
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
