// The test agent: runs the chosen suites and stops what is not proven.
import { defineAgent } from '@awo/agent';
import { reportTests } from './run-tests/act.ts';
import { decideTests } from './run-tests/decide.ts';
import { gatherTests } from './run-tests/gather.ts';

export const test = defineAgent('test', {
  'run-tests': { gather: gatherTests, decide: decideTests, act: reportTests },
});
