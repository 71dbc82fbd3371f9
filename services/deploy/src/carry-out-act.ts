// One act of a repair, by the capabilities that do it. Each call is safe to repeat.
import type { StepContext } from '@awo/agent';
import {
  holderOf,
  type RepairAct,
  rolloutStart,
  rolloutStop,
  serviceConfigure,
  serviceDrain,
  serviceRestart,
  serviceScale,
  trafficSet,
  trafficShed,
} from '@awo/contracts';
import { fetchStatus } from './status.ts';

const DRAIN_MS = 5_000;

export type Where = { environment: string; service: string; revision: string };

export async function carryOutAct(ctx: StepContext, { environment, service, revision }: Where, act: RepairAct): Promise<void> {
  switch (act.do) {
    case 'configure':
      await ctx.call(serviceConfigure, { environment, service, configuration: act.configuration }, `configure-${service}`);
      return;
    case 'restart':
      await ctx.call(serviceRestart, { environment, service, revision, launch: act.launch }, `restart-${service}`);
      return;
    case 'drain':
      await ctx.call(serviceDrain, { environment, service, revision, process: act.process }, `drain-${service}`);
      return;
    case 'scale':
      await ctx.call(serviceScale, { environment, service, replicas: act.replicas }, `scale-${service}`);
      return;
    case 'shed':
      await ctx.call(trafficShed, { environment, service, share: act.share }, `shed-${service}`);
      return;
    case 'run':
      await run(ctx, environment, service, act.revision);
  }
}

/** All traffic to one revision; the one that had it is stopped. */
async function run(ctx: StepContext, environment: string, service: string, revision: string): Promise<void> {
  const status = await fetchStatus(ctx, environment, service);
  const holder = holderOf(status);
  const stop = holder !== null && holder !== revision ? holder : null;
  const sideBySide = status?.sideBySide ?? true;
  const stopHolder = async (): Promise<void> => {
    if (stop !== null) await ctx.call(rolloutStop, { environment, service, revision: stop, drainMs: DRAIN_MS }, `stop-${service}`);
  };
  if (!sideBySide) await stopHolder();
  await ctx.call(rolloutStart, { environment, service, repo: status?.repo ?? '', revision, model: null }, `start-${service}`);
  await ctx.call(trafficSet, { environment, service, weights: [{ revision, weight: 100 }] }, `weights-${service}`);
  if (sideBySide) await stopHolder();
}
