// The tools of mcp-local.
import { rolloutStart, rolloutStatus, rolloutStop, trafficSet } from '@awo/contracts';
import { tool } from '@awo/tools';
import type { Local } from './local.ts';
import { startTool } from './rollout-start.ts';
import { status } from './rollout-status.ts';
import { stopTool } from './rollout-stop.ts';
import { trafficTool } from './traffic-set.ts';

export const toolsOf = (local: Local) => [
  tool(rolloutStatus, status(local)),
  tool(rolloutStart, startTool(local)),
  tool(rolloutStop, stopTool(local)),
  tool(trafficSet, trafficTool(local)),
];
