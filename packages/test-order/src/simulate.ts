// Makes histories of different kinds from a seed: what an order is developed and measured on. Pure.
import { seededRandom } from '@awo/analysis';
import type { HistoryLine } from './lines.ts';

/** How a suite behaves. Shares and chances are between 0 and 1. */
export type Regime = {
  name: string;
  tests: number;
  cycles: number;
  /** Share of the living tests that a cycle runs; `batches`: neighbours together. */
  scheduled: number;
  batches?: boolean;
  /** Chance that a healthy test breaks in a cycle, on average; very unequal among tests. */
  breaks: number;
  /** Mean cycles that a broken test stays broken. */
  lasts: number;
  /** Share of flaky tests, and how often they fail. */
  flaky: number;
  flakyFails: number;
  /** Chance of a burst in a module, and the share of its tests that it breaks. */
  bursts: number;
  burstShare: number;
  /** Chance that the first runs of a new test fail. */
  newFails: number;
  /** Share of tests that are replaced by new ones per cycle. */
  turnover: number;
  /** Chance per cycle that the breakable tests change. */
  drift: number;
  /** Changed files break the tests that belong to them. */
  files?: boolean;
  /** Chance that a cycle fails nearly everything. */
  outages?: number;
  numbered?: boolean;
};

const BASE = {
  tests: 150,
  cycles: 220,
  scheduled: 1,
  breaks: 0.004,
  lasts: 4,
  flaky: 0,
  flakyFails: 0,
  bursts: 0,
  burstShare: 0,
  newFails: 0,
  turnover: 0,
  drift: 0,
};

export const REGIMES: readonly Regime[] = [
  { ...BASE, name: 'flaky, stationary', flaky: 0.3, flakyFails: 0.25, breaks: 0.002, lasts: 1 },
  { ...BASE, name: 'failures persist', tests: 90, breaks: 0.02, lasts: 8, scheduled: 0.8, numbered: true },
  { ...BASE, name: 'module bursts', bursts: 0.25, burstShare: 0.6, lasts: 3 },
  { ...BASE, name: 'new tests fail', turnover: 0.03, newFails: 0.5, breaks: 0.005, lasts: 2, numbered: true },
  { ...BASE, name: 'rare failures', tests: 600, breaks: 0.0004, lasts: 2, flaky: 0.01, flakyFails: 0.05 },
  { ...BASE, name: 'drift', breaks: 0.01, lasts: 3, drift: 0.08 },
  { ...BASE, name: 'long cycles', tests: 1500, cycles: 60, breaks: 0.004, lasts: 4, flaky: 0.03, flakyFails: 0.2 },
  {
    ...BASE,
    name: 'rotating batches',
    tests: 900,
    scheduled: 0.06,
    batches: true,
    breaks: 0.02,
    lasts: 10,
    bursts: 0.3,
    burstShare: 0.5,
    turnover: 0.005,
    newFails: 0.4,
    numbered: true,
  },
  {
    ...BASE,
    name: 'rotating, mostly new',
    tests: 1200,
    scheduled: 0.05,
    breaks: 0.01,
    lasts: 12,
    turnover: 0.02,
    newFails: 0.35,
    flaky: 0.2,
    flakyFails: 0.4,
    numbered: true,
  },
  { ...BASE, name: 'tests come and go', turnover: 0.02, breaks: 0.01, lasts: 5, newFails: 0.1 },
  { ...BASE, name: 'changed files', files: true, breaks: 0.0005, lasts: 2 },
  { ...BASE, name: 'outages', breaks: 0.01, lasts: 5, outages: 0.2, flaky: 0.05, flakyFails: 0.2 },
];

type Simulated = { id: string; module: number; hazard: number; flaky: number; brokenFor: number; runs: number; medianMs: number; file: string };

export function* simulate(regime: Regime, seed: number): Generator<HistoryLine> {
  const random = seededRandom(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const lasting = () => Math.max(1, Math.ceil(-regime.lasts * Math.log(1 - random())));
  const modules = Math.max(4, Math.round(regime.tests / 15));
  let made = 0;
  const make = (): Simulated => {
    const number = made++;
    const module = Math.floor((number / regime.tests) * modules) % modules;
    return {
      id: regime.numbered ? String(1000 + number) : `src/m${module}/t${number}.test.js`,
      module,
      hazard: hazard(),
      flaky: random() < regime.flaky ? Math.min(0.9, -regime.flakyFails * Math.log(1 - random())) : 0,
      brokenFor: 0,
      runs: 0,
      medianMs: Math.exp(5 + 1.8 * gauss()),
      file: `src/m${module}/f${Math.floor(random() * 3)}.js`,
    };
  };
  const hazard = () => regime.breaks * Math.exp(1.3 * gauss() - 0.85);
  const tests = Array.from({ length: regime.tests }, make);

  for (let cycle = 1; cycle <= regime.cycles; cycle += 1) {
    for (let i = 0; i < tests.length; i += 1) if (random() < regime.turnover) tests[i] = make();
    if (random() < regime.drift) for (const test of tests) if (random() < 0.3) test.hazard = hazard();
    const burst = random() < regime.bursts ? Math.floor(random() * modules) : -1;
    const changed = regime.files
      ? [...new Set(Array.from({ length: 3 }, () => `src/m${Math.floor(random() * modules)}/f${Math.floor(random() * 3)}.js`))]
      : undefined;
    const outage = random() < (regime.outages ?? 0);
    const from = Math.floor(random() * tests.length);
    const width = Math.max(3, Math.round(tests.length * regime.scheduled * (0.5 + random())));
    const at = new Date(Date.UTC(2026, 0, 1) + cycle * 3_600_000).toISOString();
    const lines: HistoryLine[] = [];
    tests.forEach((test, i) => {
      if (test.brokenFor > 0) test.brokenFor -= 1;
      else if (random() < test.hazard) test.brokenFor = lasting();
      if (test.module === burst && random() < regime.burstShare) test.brokenFor = Math.max(test.brokenFor, lasting());
      if (changed?.includes(test.file) && random() < 0.25) test.brokenFor = lasting();
      const runs = regime.batches ? (i - from + tests.length) % tests.length < width : random() < width / tests.length;
      if (!runs) return;
      if (test.runs < 2 && cycle > 1 && random() < regime.newFails) test.brokenFor = Math.max(test.brokenFor, 1);
      test.runs += 1;
      const failed = test.brokenFor > 0 || random() < test.flaky || (outage && random() < 0.9);
      const durationMs = Math.round(test.medianMs * Math.exp(0.2 * gauss()));
      lines.push({ cycle, at, test: test.id, outcome: failed ? 'failed' : 'passed', durationMs, ...(changed ? { changed } : {}) });
    });
    yield* lines;
  }
}
