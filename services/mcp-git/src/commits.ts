// vcs.commits: what was committed after one revision up to another.
import { vcsCommits } from '@awo/contracts';
import { tool } from '@awo/tools';
import type { Repositories } from './open-repositories.ts';

const MAX_COMMITS = 50;
/** One message must hold the answer; a commit with more files (a first import) is not told apart by them. */
const MAX_FILES = 200;

export const commitsTool = (repositories: Repositories) =>
  tool(vcsCommits, ({ repo, base, head }) =>
    repositories.use(repo, async (repository) => {
      const commits = await repository.commits(base, head, MAX_COMMITS);
      return { commits: commits.map((commit) => ({ ...commit, files: commit.files.slice(0, MAX_FILES) })) };
    }),
  );
