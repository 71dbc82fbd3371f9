// Facts of a release of one service with the usual traffic, for tests.
import type { TrafficPast } from '@awo/contracts';
import { StrategyFacts } from './facts.ts';
import type { ServiceFacts } from './facts.ts';

export const OLD = 'a'.repeat(40);
export const NEW = 'b'.repeat(40);
/** A Wednesday. */
export const NOON = '2026-10-14T12:00:00.000Z';

const service = {
  change: { service: 'cart', base: OLD, head: NEW },
  sideBySide: true,
  baseRuns: true,
  dependsOn: [],
  traffic: { service: 'cart', rps: 80, errorRatio: 0 },
};

/** Cart at 80 requests/s without errors, a medium risk, the default policy. */
export const usual: StrategyFacts = StrategyFacts.parse({
  environment: 'production',
  wish: 'auto',
  impact: { kind: 'code', risk: 'medium', riskBecause: 'code of one service', services: ['cart'] },
  policy: { errorBudgetRatio: 0.001, watchDeadlineMs: 300_000, minRequests: 100, alpha: 0.01 },
  gates: [],
  services: [service],
  at: NOON,
});
export const cart: ServiceFacts = usual.services[0] as ServiceFacts;

export const withCart = (more: Partial<ServiceFacts>, facts: Partial<StrategyFacts> = {}): StrategyFacts => ({
  ...usual,
  ...facts,
  services: [{ ...cart, ...more }],
});
export const withPolicy = (more: Partial<StrategyFacts['policy']>): StrategyFacts => ({ ...usual, policy: { ...usual.policy, ...more } });

/** So many minutes and hours of the same traffic up to noon. */
export const steady = (minutes: number, hours: number, rps: number, errorRatio: number): TrafficPast => ({
  at: NOON,
  minutes: Array.from({ length: minutes }, () => [60 * rps, Math.round(60 * rps * errorRatio)] as [number, number]),
  hours: Array.from({ length: hours }, () => [3600 * rps, Math.round(3600 * rps * errorRatio)] as [number, number]),
});
