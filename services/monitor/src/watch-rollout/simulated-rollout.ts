// Two revisions under simulated traffic, for tests: seeded requests, counters as the edge counts them, processes with memory.
import { seededRandom } from '@awo/analysis';
import { LATENCY_BOUNDS_MS } from '@awo/contracts';
import type { TrafficCounters } from '@awo/contracts';
import { withControl } from '../counters.ts';
import { decideWatch, type WatchDecision } from './decide.ts';
import { packSeries, type Carry } from './carry.ts';
import type { WatchFacts, WatchMemo, WatchPolicy } from './facts.ts';
import { nextLookMs } from './levels.ts';
import { factsOf } from './rows.ts';

export const OLD = 'a'.repeat(40);
export const NEW = 'b'.repeat(40);
/** Name of its counters: it is a process of OLD. */
const CONTROL = 'c'.repeat(40);
export const POLICY: WatchPolicy = { errorBudgetRatio: 0.001, latencyMs: null, watchDeadlineMs: 120_000, alpha: 0.01, minRequests: 30 };

/** What a revision does to a request, by how many it has had. */
type Behaviour = {
  errors?: (n: number) => number;
  latencyMs?: (random: () => number, n: number) => number;
  memoryMb?: (seconds: number, n: number) => number;
  crashesAt?: number;
};
export type Rollout = {
  seed: number;
  rps: number;
  /** Per step, in per cent; 100 stands for a switch at once. */
  weights: number[];
  /** Per step: requests of the new one before it may pass. */
  requests?: (number | null)[];
  old: Behaviour | null;
  fresh: Behaviour;
  policy?: Partial<WatchPolicy>;
  servicesWatched?: number;
  expectedRps?: number | null;
  /** A fresh process of the old one runs beside the new one: the same behaviour, by its own number of requests. */
  control?: boolean;
  /** Requests of the old one before the release. */
  past?: number;
  /** Called before each look; may change the counters, e.g. set them back. */
  disturb?: (look: number, counters: Map<string, TrafficCounters>) => void;
  /** What the source tells at a look, where it is not the truth. */
  seen?: (look: number, traffic: TrafficCounters[]) => TrafficCounters[];
  /** False: no traffic goes down on suspicion. */
  lowers?: boolean;
  /** Told what each decision rests on. */
  onFacts?: (facts: WatchFacts) => void;
};

/** Log-normal with a median of 12 ms: p90 is 23 ms, p99 39 ms. */
export const USUAL_LATENCY = (random: () => number): number => 12 * Math.exp(0.5 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

export type Ended = {
  decision: WatchDecision;
  weight: number;
  seconds: number;
  stepSeconds: number[];
  freshRequests: number;
  freshErrors: number;
  share: number;
  lowered: number;
  decisions: WatchDecision[];
};

/** From a decision to the weights that it wants. */
const SHIFT_MS = 500;

/** Plays a release from its first watch to the end of the last, or to the first that fails. */
export function playRollout(rollout: Rollout): Ended {
  const random = seededRandom(rollout.seed);
  const policy = { ...POLICY, ...rollout.policy };
  const counters = new Map([OLD, NEW, CONTROL].map((revision) => [revision, emptyCounters(revision)]));
  const restarts = new Map([
    [OLD, 0],
    [NEW, 0],
  ]);
  const serve = (revision: string, behaviour: Behaviour, weight: number) => serveRequest(counters, restarts, revision, behaviour, weight, random);
  if (rollout.old !== null) for (let i = 0; i < (rollout.past ?? 4000); i++) serve(OLD, rollout.old, 100);
  let clock = 0;
  let carried: Carry | null = null;
  const decisions: WatchDecision[] = [];
  const stepSeconds: number[] = [];
  let [share, lowered] = [0, 0];
  for (const [level, weight] of rollout.weights.entries()) {
    const begun = clock;
    const lowerTo = rollout.lowers === false || weight === 100 ? undefined : rollout.weights[level - 1];
    share = weight;
    let memo: WatchMemo | null = null;
    for (;;) {
      rollout.disturb?.(decisions.length, counters);
      // Everything goes through JSON, as it does through the log.
      const facts = JSON.parse(
        JSON.stringify(factsAt({ rollout, policy, weight, lowerTo, share, clock, begun, memo, carried, counters, restarts, look: decisions.length })),
      ) as WatchFacts;
      rollout.onFacts?.(facts);
      const decision = decideWatch(facts);
      decisions.push(decision);
      if (decision.verdict !== 'hold') {
        stepSeconds.push((clock - begun) / 1000);
        carried = packSeries(decision.memo.series);
        break;
      }
      memo = decision.memo;
      const pause = nextLookMs(memo.looks);
      const before = share;
      share = decision.shiftTo ?? share;
      if (share < before) lowered += 1;
      const arrivals = Math.round((rollout.rps * pause) / 1000);
      for (let i = 0; i < arrivals; i++) {
        // Setting the weight takes its time.
        const at = (i / arrivals) * pause < SHIFT_MS ? before : share;
        const point = 100 * random();
        const toNew = rollout.old === null || point < at;
        // As much as the new one, at most half of the rest.
        const toControl = rollout.control === true && !toNew && point < at + Math.min(at, (100 - at) / 2);
        serve(toNew ? NEW : toControl ? CONTROL : OLD, toNew ? rollout.fresh : (rollout.old ?? rollout.fresh), toNew ? at : 100 - at);
      }
      clock += pause;
    }
    if (decisions.at(-1)?.verdict === 'failed') break;
    // Between two steps the weight is set; requests of that moment are seen by no watch.
    clock += SHIFT_MS;
  }
  const decision = decisions.at(-1);
  if (decision === undefined) throw new Error('a rollout needs a step');
  return {
    decision,
    weight: rollout.weights[stepSeconds.length - 1] ?? 0,
    seconds: clock / 1000,
    stepSeconds,
    freshRequests: counters.get(NEW)?.requests ?? 0,
    freshErrors: counters.get(NEW)?.errors ?? 0,
    share,
    lowered,
    decisions,
  };
}

type Moment = {
  rollout: Rollout;
  policy: WatchPolicy;
  weight: number;
  lowerTo: number | undefined;
  share: number;
  clock: number;
  begun: number;
  memo: WatchMemo | null;
  carried: Carry | null;
  counters: Map<string, TrafficCounters>;
  restarts: Map<string, number>;
  look: number;
};

const requestsAt = ({ weights, requests }: Rollout, weight: number): number | null => requests?.[weights.indexOf(weight)] ?? null;

function factsAt({ rollout, policy, weight, lowerTo, share, clock, begun, memo, carried, counters, restarts, look }: Moment): WatchFacts {
  const at = new Date(Date.UTC(2026, 0, 1) + clock).toISOString();
  const revisions = rollout.old === null ? [NEW] : [OLD, NEW];
  const behaviour = (revision: string): Behaviour => (revision === NEW ? rollout.fresh : (rollout.old ?? {}));
  const memoryOf = ({ memoryMb }: Behaviour, requests: number): number => Math.round((memoryMb?.(clock / 1000, requests) ?? 80) * 1048576);
  const processes = revisions.map((revision) => ({
    revision,
    state: 'ready',
    memoryBytes: memoryOf(behaviour(revision), counters.get(revision)?.requests ?? 0),
    cpuSeconds: 1,
    openFiles: 20,
    restarts: restarts.get(revision) ?? 0,
    uptimeMs: clock,
  }));
  const control = rollout.control === true ? counters.get(CONTROL) : undefined;
  const truth = revisions
    .flatMap((r) => structuredClone(counters.get(r)) ?? [])
    .map((c) => (control !== undefined && c.revision === OLD ? withControl(c, control) : c))
    .map((c) => ({ ...c, weight: c.revision === NEW ? share : 100 - share }));
  const reading = {
    input: {
      environment: 'production',
      change: { service: 'cart', base: rollout.old === null ? null : OLD, head: NEW },
      weight,
      concurrent: weight < 100,
      ...(lowerTo === undefined ? {} : { lowerTo }),
      ...(requestsAt(rollout, weight) === null ? {} : { requests: requestsAt(rollout, weight) ?? 0 }),
      expectedRps: rollout.expectedRps === undefined ? rollout.rps : rollout.expectedRps,
    },
    policy,
    servicesWatched: rollout.servicesWatched ?? 1,
    elapsedMs: clock - begun,
    traffic: { at, revisions: rollout.seen?.(look, truth) ?? truth },
    processes: { at, revisions: processes },
    ...(control === undefined
      ? {}
      : { control: { traffic: { ...structuredClone(control), revision: OLD }, memoryBytes: memoryOf(rollout.old ?? {}, control.requests) } }),
  };
  return factsOf(reading, memo, memo === null ? carried : null);
}

export const emptyCounters = (revision: string): TrafficCounters => ({
  revision,
  weight: 0,
  requests: 0,
  errors: 0,
  latency: Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0),
  customersWithErrors: 0,
  firstErrorAt: null,
  samples: [],
});

function serveRequest(
  counters: Map<string, TrafficCounters>,
  restarts: Map<string, number>,
  revision: string,
  behaviour: Behaviour,
  weight: number,
  random: () => number,
): void {
  const c = counters.get(revision) ?? emptyCounters(revision);
  c.weight = weight;
  c.requests += 1;
  if (behaviour.crashesAt !== undefined && c.requests % behaviour.crashesAt === 0) {
    restarts.set(revision, (restarts.get(revision) ?? 0) + 1);
    c.errors += 1;
  } else if (random() < (behaviour.errors?.(c.requests) ?? 0)) {
    c.errors += 1;
    c.customersWithErrors += 1;
  }
  const latency = (behaviour.latencyMs ?? USUAL_LATENCY)(random, c.requests);
  const bucket = LATENCY_BOUNDS_MS.findIndex((b) => latency <= b);
  const at = bucket === -1 ? LATENCY_BOUNDS_MS.length : bucket;
  c.latency[at] = (c.latency[at] ?? 0) + 1;
}
