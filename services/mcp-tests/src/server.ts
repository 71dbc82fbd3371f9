// The tools of this server.
import { testsRun } from '@awo/contracts';
import { tool } from '@awo/tools';
import { suiteRunner } from '@awo/test-run';
import type { Settings } from '@awo/test-run';

export const testTools = (settings: Settings) => [tool(testsRun, suiteRunner(settings))];
