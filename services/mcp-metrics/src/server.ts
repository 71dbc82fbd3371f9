// The tools of mcp-metrics.
import { observeLogCount, observeLogs, observeMetric, observePast, observeProcesses, observeTraffic } from '@awo/contracts';
import { tool } from '@awo/tools';
import { logCount } from './observe-log-count.ts';
import { logs } from './observe-logs.ts';
import { metric } from './observe-metric.ts';
import { past } from './observe-past.ts';
import { processes } from './observe-processes.ts';
import { traffic } from './observe-traffic.ts';

/** They read what mcp-local keeps under AWO_HOME; nothing is changed, so any number of instances may serve. */
export const toolsOf = (home: string, prometheusUrl: string | null) => [
  tool(observeTraffic, traffic(home)),
  tool(observePast, past(home)),
  tool(observeProcesses, processes(home)),
  tool(observeLogs, logs(home)),
  tool(observeMetric, metric(prometheusUrl)),
  tool(observeLogCount, logCount(home)),
];
