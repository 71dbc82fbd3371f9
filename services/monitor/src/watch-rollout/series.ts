// Adds one look to what is known of a rollout: stretches of time in which both revisions were seen. Pure.
import { addTally, asErrors, emptyTally, tallyOf, tallySince, type Tally } from '../counters.ts';
import type { Arm, Reading, Series, SlowBound, Stretch, WatchMemo } from './facts.ts';
import { slowerThan, totalOf } from './histogram.ts';
import { requestsNeeded } from './levels.ts';
import { addDependents } from './dependents.ts';
import { addObserved } from './observed.ts';
import { completeBounds, slowBounds } from './slow-bounds.ts';

const MEMORY_SAMPLES = 24;
/** Before so many requests a run-time has not compiled what it runs; half of them must be left to judge by where few come. */
const WARM_REQUESTS = 20;
/** A stretch lasts at least this part of the time since the first: so they stay few, 180 in an hour, and what is kept stays small. */
const SHORTEST = 1 / 32;

export const isBeside = ({ input }: Pick<Reading, 'input'>): boolean => input.concurrent && input.weight < 100;
export const countersOf = (r: Reading, revision: string | null) => r.traffic.revisions.find((c) => c.revision === revision);
export const processOf = (r: Reading, revision: string | null) => r.processes.revisions.find((p) => p.revision === revision);

/** Everything known after this look. The first look only sets the marks that differences are taken from. */
export function addLook(reading: Reading, before: WatchMemo | null, carried: Series | null): WatchMemo {
  const { base, head } = reading.input.change;
  const now = { old: tallyOf(countersOf(reading, base)), fresh: tallyOf(countersOf(reading, head)), control: tallyOf(reading.control?.traffic) };
  const memo = before ?? firstMemo(reading, now, carried);
  const seen =
    before === null
      ? { old: emptyTally(), fresh: emptyTally(), control: emptyTally() }
      : {
          old: tallySince(memo.last.old, now.old),
          fresh: tallySince(memo.last.fresh, now.fresh),
          control: tallySince(memo.last.control ?? null, now.control),
        };
  const controlled = (known: Tally | undefined): { control?: Tally } =>
    known === undefined && now.control === null ? {} : { control: addTally(known ?? emptyTally(), seen.control) };
  const open = { ...memo.open, old: addTally(memo.open.old, seen.old), fresh: addTally(memo.open.fresh, seen.fresh), ...controlled(memo.open.control) };
  const t = secondsOf(reading.traffic.at, memo.series);
  const series = {
    ...withProcesses(reading, memo.series),
    ...(reading.observed === undefined ? {} : { observed: addObserved(memo.series.observed ?? {}, t, reading) }),
    ...(reading.dependents === undefined ? {} : { dependents: addDependents(memo.series.dependents ?? {}, t, reading) }),
    bounds: completeBounds(memo.series.bounds, now.old?.latency ?? null, memo.policy, isBeside(reading)),
  };
  const over = isOver(open, t, isBeside(reading));
  return {
    ...memo,
    looks: memo.looks + 1,
    // A source that was silent for a look goes on from where it was: what was counted already is no news.
    last: { old: now.old ?? memo.last.old, fresh: now.fresh ?? memo.last.fresh, ...lastControl(now.control ?? memo.last.control) },
    total: { old: addTally(memo.total.old, seen.old), fresh: addTally(memo.total.fresh, seen.fresh), ...controlled(memo.total.control) },
    open: over ? opened(t, now.fresh, reading) : open,
    healthyLooks: isHealthy(reading, series) ? memo.healthyLooks + 1 : 0,
    series: over ? { ...series, stretches: [...series.stretches, stretchOf(open, t, isBeside(reading), memo.series.bounds)] } : series,
  };
}

const lastControl = (control: Tally | undefined): { control?: Tally } => (control === undefined ? {} : { control });

/** By time and requests alone, never by outcomes: otherwise the evidence would no longer be fair. */
const isOver = (open: WatchMemo['open'], t: number, beside: boolean): boolean =>
  open.fresh.requests > 0 && (!beside || open.old.requests > 0) && t - open.from >= t * SHORTEST;

function stretchOf(open: WatchMemo['open'], t: number, beside: boolean, bounds: SlowBound[]): Stretch {
  const armOf = (tally: Tally): Arm => {
    const { n, bad } = asErrors(tally);
    return open.warm && bounds.length > 0 ? [n, bad, totalOf(tally.latency), ...bounds.map((b) => slowerThan(tally.latency, b.bucket).bad)] : [n, bad];
  };
  const [old, fresh] = [beside ? armOf(open.old) : null, armOf(open.fresh)];
  return beside && open.control !== undefined && open.control.requests > 0 ? [t, old, fresh, armOf(open.control)] : [t, old, fresh];
}

const opened = (from: number, fresh: Tally | null, reading: Reading): WatchMemo['open'] => ({
  from,
  warm: (fresh?.requests ?? 0) >= Math.min(WARM_REQUESTS, requestsNeeded(reading.policy, reading.input, 0) / 2),
  old: emptyTally(),
  fresh: emptyTally(),
});

export const secondsOf = (at: string, series: Series): number => Math.round(Date.parse(at) - Date.parse(series.begun)) / 1000;

function firstMemo(reading: Reading, now: Pick<WatchMemo['last'], 'old' | 'fresh'>, carried: Series | null): WatchMemo {
  const { traffic, policy } = reading;
  const series = carried ?? firstSeries(reading, now.old);
  return {
    v: 2,
    since: traffic.at,
    looks: 0,
    policy,
    expectedRps: reading.input.expectedRps,
    ...(reading.dependents === undefined ? {} : { callers: reading.dependents.map((d) => d.service) }),
    last: { old: null, fresh: null },
    total: { old: emptyTally(), fresh: emptyTally() },
    open: opened(secondsOf(traffic.at, series), now.fresh, reading),
    healthyLooks: 0,
    series,
  };
}

function firstSeries(reading: Reading, old: Tally | null): Series {
  const { base, head } = reading.input.change;
  const before = { old: processOf(reading, base)?.restarts ?? 0, fresh: processOf(reading, head)?.restarts ?? 0 };
  return {
    begun: reading.traffic.at,
    stretches: [],
    bounds: slowBounds(old?.latency ?? null, reading.policy, isBeside(reading)),
    memory: [],
    oldMemoryBytes: null,
    crashes: { before, now: before },
    past: old,
  };
}

/** A process that is down has crashed once more than it was restarted. */
const isDown = (state: string | undefined): boolean => state === 'crashed' || state === 'failed';

function withProcesses(reading: Reading, series: Series): Series {
  const { base, head } = reading.input.change;
  const [old, fresh] = [processOf(reading, base), processOf(reading, head)];
  const crashes = (p: typeof old, known: number): number => (p === undefined ? known : Math.max(known, p.restarts + (isDown(p.state) ? 1 : 0)));
  const { before, now } = series.crashes;
  const bytes = fresh?.memoryBytes ?? null;
  const sample: Series['memory'][number] = [secondsOf(reading.processes.at, series), bytes ?? 0, countersOf(reading, head)?.requests ?? 0];
  return {
    ...series,
    memory: bytes === null ? series.memory : thinned([...series.memory, sample], MEMORY_SAMPLES),
    ...controlMemory(reading, series),
    oldMemoryBytes: Math.max(series.oldMemoryBytes ?? 0, old?.memoryBytes ?? 0) || null,
    crashes: { before, now: { old: crashes(old, now.old), fresh: crashes(fresh, now.fresh) } },
  };
}

function controlMemory({ control, processes }: Reading, series: Series): Pick<Series, 'controlMemory'> {
  const known = series.controlMemory ?? [];
  if (control === undefined || control.memoryBytes === null) return known.length === 0 ? {} : { controlMemory: known };
  return { controlMemory: thinned([...known, [secondsOf(processes.at, series), control.memoryBytes, control.traffic.requests]], MEMORY_SAMPLES) };
}

/** Keeps at most `limit`: the older half is thinned out, so that the first one and the newest stay. */
export function thinned<T>(samples: readonly T[], limit: number): T[] {
  if (samples.length <= limit) return [...samples];
  const half = Math.floor(samples.length / 2);
  return [...samples.slice(0, half).filter((_, i) => i % 2 === 0), ...samples.slice(half)];
}

const isHealthy = (reading: Reading, series: Series): boolean =>
  processOf(reading, reading.input.change.head)?.state === 'ready' && series.crashes.now.fresh === series.crashes.before.fresh;
