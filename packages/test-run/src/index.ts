// The public surface of @awo/test-run.
export { suiteRunner } from './run-suite.ts';
export { settingsFrom } from './settings.ts';
export type { Settings } from './settings.ts';
