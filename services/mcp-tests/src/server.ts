// The tools of this server.
import { testsRun } from '@awo/contracts';
import { tool } from '@awo/tools';
import { suiteRunner } from './run-suite.ts';
import type { Settings } from './settings.ts';

export const testTools = (settings: Settings) => [tool(testsRun, suiteRunner(settings))];
