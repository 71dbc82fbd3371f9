// The tools of mcp-git, over one set of open repositories and caches.
import { openReachCache } from '@awo/code-graph';
import type { Tool } from '@awo/tools';
import { commitsTool } from './commits.ts';
import { describeTool } from './describe.ts';
import { rememberModels } from './models.ts';
import { openRepositories } from './open-repositories.ts';
import { reachTool } from './reach.ts';
import { resolveTool } from './resolve.ts';

export type GitTools = { tools: Tool[]; close(): Promise<void> };

/** `cacheDir` keeps what files import across restarts; it can be deleted at any time. */
export function gitTools({ cacheDir }: { cacheDir?: string } = {}): GitTools {
  const repositories = openRepositories();
  const models = rememberModels();
  const cache = openReachCache(cacheDir === undefined ? {} : { dir: cacheDir });
  return {
    tools: [resolveTool(repositories), describeTool(repositories, models), reachTool(repositories, models, cache), commitsTool(repositories)],
    async close() {
      await repositories.close();
      cache.close();
    },
  };
}
