// vcs.*: read a git repository. Nothing here writes, checks out or runs code of the repository.
import { z } from 'zod';
import { Sha } from '../ids.ts';
import { Reach } from '../impact-report.ts';
import { RepoModel } from '../repo-model.ts';
import { capability } from './capability.ts';

const repo = z.string().min(1);

export const vcsResolve = capability({
  name: 'vcs.resolve',
  description: 'Find the commit that a branch, tag or abbreviated id names.',
  input: z.object({ repo, ref: z.string().min(1) }),
  output: z.object({ sha: Sha, subject: z.string(), author: z.string(), at: z.string(), parent: Sha.nullable(), root: z.string() }),
  effect: 'none',
  timeoutMs: 15_000,
});

export const vcsDescribe = capability({
  name: 'vcs.describe',
  description: 'Infer units, services, test suites and policy of a repository at one commit, each with the line it came from.',
  input: z.object({ repo, sha: Sha }),
  output: RepoModel,
  effect: 'none',
  timeoutMs: 60_000,
});

export const vcsReach = capability({
  name: 'vcs.reach',
  description: 'Which files changed between two commits and which units they reach, directly and through others. `base` null: everything.',
  input: z.object({ repo, base: Sha.nullable(), head: Sha }),
  output: Reach,
  effect: 'none',
  timeoutMs: 120_000,
});

export const vcsCommits = capability({
  name: 'vcs.commits',
  description: 'The commits after `base` up to `head`, newest first, at most 50, with the files each changed.',
  input: z.object({ repo, base: Sha.nullable(), head: Sha }),
  output: z.object({
    commits: z.array(z.object({ sha: Sha, subject: z.string(), author: z.string(), at: z.string(), files: z.array(z.string()) })),
  }),
  effect: 'none',
  timeoutMs: 30_000,
});
