// The tools of mcp-local.
import {
  evidenceCollect,
  observeOtlp,
  rolloutStart,
  rolloutStatus,
  rolloutStop,
  serviceConfigure,
  serviceDrain,
  serviceRestart,
  serviceScale,
  trafficSet,
  trafficShed,
} from '@awo/contracts';
import { tool } from '@awo/tools';
import type { Local } from './local.ts';
import { otlpTool } from './otlp/observe-otlp.ts';
import type { Reported } from './otlp/reported.ts';
import { collectTool } from './recorder/collect.ts';
import type { Recorder } from './recorder/recorder.ts';
import { configureTool } from './repair/configure.ts';
import { drainTool } from './repair/drain.ts';
import { restartTool } from './repair/restart.ts';
import { scaleTool } from './repair/scale.ts';
import { shedTool } from './repair/shed.ts';
import { startTool } from './rollout-start.ts';
import { status } from './rollout-status.ts';
import { stopTool } from './rollout-stop.ts';
import { trafficTool } from './traffic-set.ts';

export const toolsOf = (local: Local, recorder: Recorder, reported: Reported) => [
  tool(rolloutStatus, status(local, recorder)),
  tool(rolloutStart, startTool(local)),
  tool(rolloutStop, stopTool(local)),
  tool(trafficSet, trafficTool(local)),
  tool(serviceConfigure, configureTool(local)),
  tool(serviceRestart, restartTool(local)),
  tool(serviceDrain, drainTool(local)),
  tool(serviceScale, scaleTool(local)),
  tool(trafficShed, shedTool(local)),
  tool(evidenceCollect, collectTool(local, recorder)),
  tool(observeOtlp, otlpTool(local, reported)),
];
