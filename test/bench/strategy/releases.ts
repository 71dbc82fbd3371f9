// Releases drawn from a seed, good and bad, through the real decisions: the strategy is chosen, then each step is watched. Customers are counted.
import { seededRandom } from '@awo/analysis';
import { StrategyFacts, decideStrategy } from '@awo/strategy';
import { NEW, OLD, USUAL_LATENCY, playRollout } from '../../../services/monitor/src/watch-rollout/simulated-rollout.ts';
import type { Rollout } from '../../../services/monitor/src/watch-rollout/simulated-rollout.ts';

export type Drawn = { seed: number; rps: number; risk: 'low' | 'medium' | 'high'; fault: 'none' | 'errors' | 'slow' | 'crash' | 'memory'; size: number };
export type Played = Drawn & {
  strategy: string;
  weights: number[];
  because: string;
  promoted: boolean;
  seconds: number;
  /** Requests that failed on the new one, until the traffic was back. */
  failed: number;
  /** The same under a plain rolling update. */
  failedRolling: number;
};

const USUAL_ERRORS = 0.0005;
const BUDGET = 0.001;
const WATCH = { errorBudgetRatio: BUDGET, watchDeadlineMs: 300_000, alpha: 0.01, minRequests: 100, latencyMs: null, control: true };
/** Until traffic is back on an old one that still runs. */
const BACK_S = 1;

/** Every other release is bad. Faults below what the budget tolerates are not drawn: nobody would undo them. */
export function draw(seed: number): Drawn {
  const random = seededRandom(seed);
  const rps = Math.round(20 * 20 ** random());
  const risk = (['low', 'medium', 'medium', 'high'] as const)[Math.floor(4 * random())] ?? 'medium';
  const kind = (['errors', 'errors', 'slow', 'crash', 'memory'] as const)[Math.floor(5 * random())] ?? 'errors';
  return { seed, rps, risk, fault: seed % 2 === 0 ? 'none' : kind, size: random() };
}

/** `lowers` false: as if no traffic went down on suspicion. */
export function play(drawn: Drawn, lowers = true): Played {
  const { rps, risk, seed } = drawn;
  const facts = StrategyFacts.parse({
    environment: 'production',
    wish: 'auto',
    impact: { kind: 'code', risk, riskBecause: 'drawn', services: ['cart'] },
    policy: WATCH,
    gates: [],
    services: [
      {
        change: { service: 'cart', base: OLD, head: NEW },
        sideBySide: true,
        baseRuns: true,
        dependsOn: [],
        traffic: { service: 'cart', rps, errorRatio: USUAL_ERRORS },
      },
    ],
  });
  const choice = decideStrategy(facts).choices[0];
  if (!choice) throw new Error('one service is released, so one choice is made');
  const fresh = behaviour(drawn);
  let failed = 0;
  const ended = playRollout({
    seed: seed * 7919,
    rps,
    weights: choice.steps.map((step) => step.weight),
    requests: choice.steps.map((step) => step.requests),
    old: { errors: () => USUAL_ERRORS },
    fresh,
    policy: WATCH,
    control: choice.control,
    lowers,
    onFacts: ({ traffic }) => (failed = traffic.revisions.find((r) => r.revision === NEW)?.errors ?? 0),
  });
  const promoted = ended.decision.verdict === 'passed';
  const ratio = errorRatio(drawn);
  return {
    ...drawn,
    strategy: choice.strategy,
    weights: choice.steps.map((step) => step.weight),
    because: ended.decision.because,
    promoted,
    seconds: ended.seconds,
    failed: Math.round(failed + (promoted ? 0 : ratio * rps * (ended.share / 100) * BACK_S)),
    failedRolling: Math.round(ratio * rps * ROLLING_S),
  };
}

/** A quarter of the traffic every 10 s by readiness alone; then all of it for ten minutes, until a person has seen the alert and rolled it back. An assumption, on the quick side. */
const ROLLING_S = 10 * (0.25 + 0.5 + 0.75) + 600;

function behaviour({ fault, size }: Drawn): Rollout['fresh'] {
  const errors = (): number => USUAL_ERRORS;
  if (fault === 'errors') return { errors: () => 0.02 + 0.28 * size };
  if (fault === 'slow') return { errors, latencyMs: (random) => (2 + 3 * size) * USUAL_LATENCY(random) };
  if (fault === 'crash') return { errors, crashesAt: 20 + Math.round(200 * size) };
  if (fault === 'memory') return { errors, memoryMb: (seconds) => 60 + (3 + 20 * size) * seconds };
  return { errors };
}

const errorRatio = (drawn: Drawn): number => (drawn.fault === 'errors' ? 0.02 + 0.28 * drawn.size : USUAL_ERRORS);
