// The tools of mcp-metrics.
import { observeLogs, observeProcesses, observeTraffic } from '@awo/contracts';
import { tool } from '@awo/tools';
import { logs } from './observe-logs.ts';
import { processes } from './observe-processes.ts';
import { traffic } from './observe-traffic.ts';

/** They read what mcp-local keeps under AWO_HOME; nothing is changed, so any number of instances may serve. */
export const toolsOf = (home: string) => [tool(observeTraffic, traffic(home)), tool(observeProcesses, processes(home)), tool(observeLogs, logs(home))];
