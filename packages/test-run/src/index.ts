// The public surface of @awo/test-run.
export { runCommand } from './process/group.ts';
export type { CommandResult } from './process/group.ts';
export { suiteRunner } from './run-suite.ts';
export { settingsFrom } from './settings.ts';
export type { Settings } from './settings.ts';
