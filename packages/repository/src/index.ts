// The public surface of @awo/repository.
export { describeRepository } from './describe.ts';
export { openRepository } from './git.ts';
export type { Repository, Revision } from './git.ts';
export type { CommitInfo, FileDiff, TreeEntry } from './git-parse.ts';
export { gitArguments, gitEnvironment } from './git-process.ts';
export { nearest } from './nearest.ts';
export { describeRemembered } from './remembered-model.ts';
