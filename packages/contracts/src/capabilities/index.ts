// All capabilities by name: what agents may ask of toolgate.
import { observeLogCount, observeLogs, observeMetric, observeOtlp, observePast, observeProcesses, observeTraffic } from './observe.ts';
import { evidenceCollect, serviceConfigure, serviceDrain, serviceRestart, serviceScale, trafficShed } from './repair.ts';
import { rolloutStart, rolloutStatus, rolloutStop, trafficSet } from './rollout.ts';
import { testsRun } from './tests.ts';
import { vcsCommits, vcsDescribe, vcsReach, vcsResolve } from './vcs.ts';
import type { Capability } from './capability.ts';

export const CAPABILITIES = [
  vcsResolve,
  vcsDescribe,
  vcsReach,
  vcsCommits,
  testsRun,
  rolloutStatus,
  rolloutStart,
  rolloutStop,
  trafficSet,
  observeTraffic,
  observePast,
  observeProcesses,
  observeLogs,
  serviceConfigure,
  serviceRestart,
  serviceDrain,
  serviceScale,
  trafficShed,
  evidenceCollect,
  observeMetric,
  observeLogCount,
  observeOtlp,
] as const satisfies readonly Capability[];

export const capabilityByName: ReadonlyMap<string, Capability> = new Map(CAPABILITIES.map((c) => [c.name, c]));

/** Tools of other people's servers are asked for as `x.<server>.<tool>`. */
export const EXTERNAL_PREFIX = 'x.';
