// vcs.reach: which files differ between two commits and which units they reach.
import { computeReach, type ReachCache } from '@awo/code-graph';
import { vcsReach } from '@awo/contracts';
import { tool } from '@awo/tools';
import type { Models } from './models.ts';
import type { Repositories } from './open-repositories.ts';

export const reachTool = (repositories: Repositories, models: Models, cache: ReachCache) =>
  tool(vcsReach, ({ repo, base, head }) =>
    repositories.use(repo, async (repository) => computeReach(repository, await models.of(repository, head), base, head, cache)),
  );
