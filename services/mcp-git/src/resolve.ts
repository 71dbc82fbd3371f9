// vcs.resolve: the commit that a branch, tag or abbreviated id names.
import { vcsResolve } from '@awo/contracts';
import { tool } from '@awo/tools';
import type { Repositories } from './open-repositories.ts';

export const resolveTool = (repositories: Repositories) => tool(vcsResolve, ({ repo, ref }) => repositories.use(repo, (repository) => repository.resolve(ref)));
