// Regimes as published histories of industrial CI have them: shares of failures, sizes and rotation after Spieker 2017, Bagherzadeh 2021, Yaraghi 2022.
import type { Industrial } from './schedule.ts';

// prettier-ignore
const USUAL: Omit<Industrial, 'name'> = {
  naming: 'suites', tests: 200, scopes: 20, faultsPerDay: 2, reach: 0.6, mendDays: [0.8, 5], longLived: 0.3, obsolete: 0.04, obsoleteDays: 20, flaky: 0.08, rigs: 0.03,
  branches: 1, cycles: 300, cyclesPerDay: 2, sizes: [6, 50], chosen: 'rotate', atFirst: 0.6, night: 0, environment: [0.15, 0.5], copies: 1, at: 'precise',
};

export const INDUSTRIAL: readonly Industrial[] = [
  {
    ...USUAL,
    name: 'robot suite',
    naming: 'numbers',
    tests: 90,
    scopes: 9,
    sizes: [15, 70],
    cyclesPerDay: 1,
    copies: 3,
    chosen: 'draw',
    at: 'days',
    faultsPerDay: 1.2,
  },
  { ...USUAL, name: 'long rotation', naming: 'numbers', tests: 1900, scopes: 120, sizes: [40, 160], atFirst: 0.3, faultsPerDay: 24, obsolete: 0.1 },
  { ...USUAL, name: 'few huge cycles', tests: 1500, scopes: 50, cycles: 40, cyclesPerDay: 0.5, sizes: [500, 1400], faultsPerDay: 9, obsolete: 0.08 },
  { ...USUAL, name: 'branches', tests: 150, scopes: 15, branches: 4, cyclesPerDay: 6, sizes: [5, 40], chosen: 'scopes', faultsPerDay: 6, cycles: 500 },
  { ...USUAL, name: 'out-of-date tests', tests: 600, naming: 'opaque', sizes: [8, 50], atFirst: 0.1, obsolete: 0.35, obsoleteDays: 20, faultsPerDay: 1 },
  { ...USUAL, name: 'parameters', tests: 360, naming: 'parameters', scopes: 30, sizes: [20, 90], chosen: 'draw', faultsPerDay: 2, mendDays: [1.5, 6] },
  {
    ...USUAL,
    name: 'sequence grows',
    tests: 1200,
    naming: 'numbers',
    scopes: 120,
    sizes: [5, 60],
    chosen: 'scopes',
    atFirst: 0.1,
    faultsPerDay: 18,
    reach: 0.8,
    obsolete: 0.1,
    at: 'days',
  },
  { ...USUAL, name: 'platforms', tests: 120, naming: 'parameters', scopes: 16, copies: 4, night: 5, environment: [0.15, 0.6] },
  { ...USUAL, name: 'rigs take turns', tests: 80, naming: 'opaque', rigs: 0.35, sizes: [10, 60], chosen: 'draw', faultsPerDay: 1, cycles: 250 },
  { ...USUAL, name: 'failed ones again', tests: 600, sizes: [5, 60], scopes: 60, chosen: 'again', night: 6, faultsPerDay: 5, at: 'days' },
  { ...USUAL, name: 'small and young', tests: 60, scopes: 8, cycles: 60, sizes: [5, 20], atFirst: 0.2, faultsPerDay: 1.2, obsolete: 0.2, at: 'none' },
  { ...USUAL, name: 'flaky rig', tests: 100, naming: 'opaque', flaky: 0.4, sizes: [8, 40], environment: [0.25, 0.7], copies: 2, faultsPerDay: 1 },
];
