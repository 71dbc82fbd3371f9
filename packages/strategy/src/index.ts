// The public surface of @awo/strategy.
export type { ServiceChoice } from './choose-for-service.ts';
export { chooseForService } from './choose-for-service.ts';
export { decideStrategy } from './decide.ts';
export type { StrategyDecision } from './decide.ts';
export { StrategyFacts } from './facts.ts';
export type { Capacity, PastReleases, ServiceFacts, Traffic, WayBack } from './facts.ts';
export { usualRps } from './forecast.ts';
export { frozenAt } from './freeze.ts';
export { withChanges } from './whatif.ts';
export type { Changes } from './whatif.ts';
