// What the choice of a strategy rests on.
import type { ImpactAssessed, ReleasePolicy, ServiceChange, Strategy } from '@awo/contracts';

/** Traffic of one service before the release. Null: nothing could be measured. */
export type Traffic = { service: string; rps: number | null; errorRatio: number | null };

export type ServiceFacts = {
  change: ServiceChange;
  /** Whether old and new may run at the same time. */
  sideBySide: boolean;
  /** Whether `base` really runs. */
  baseRuns: boolean;
  /** Services of the same repository that it calls. */
  dependsOn: string[];
  traffic: Traffic;
};

export type StrategyFacts = {
  environment: string;
  /** From the goal, else from awo.yaml. */
  wish: Strategy | 'auto';
  /** Null where the impact step left nothing readable: then nothing is known to be harmless. */
  impact: Pick<ImpactAssessed, 'kind' | 'risk' | 'riskBecause' | 'services'> | null;
  policy: Pick<ReleasePolicy, 'errorBudgetRatio' | 'watchDeadlineMs' | 'minRequests' | 'alpha'>;
  gates: string[];
  services: ServiceFacts[];
};
