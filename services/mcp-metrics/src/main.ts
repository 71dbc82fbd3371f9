// Starts mcp-metrics.
import { resolve } from 'node:path';
import { serveTools } from '@awo/tools';
import { toolsOf } from './server.ts';

await serveTools({
  name: 'mcp-metrics',
  version: '0.1.0',
  tools: toolsOf(resolve(process.env['AWO_HOME'] ?? '.awo'), process.env['AWO_PROMETHEUS_URL'] ?? null),
  env: process.env,
});
