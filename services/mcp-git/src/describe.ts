// vcs.describe: units, services, suites and policy of a repository at one commit.
import { vcsDescribe } from '@awo/contracts';
import { tool } from '@awo/tools';
import type { Models } from './models.ts';
import type { Repositories } from './open-repositories.ts';

export const describeTool = (repositories: Repositories, models: Models) =>
  tool(vcsDescribe, ({ repo, sha }) => repositories.use(repo, (repository) => models.of(repository, sha)));
