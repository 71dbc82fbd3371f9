import { planner } from '@awo/planner';
import '../../planner/src/agent.ts';
import { installationInfo } from '@awo/embedded';
import { waitFor } from '@awo/testing';
export default [planner, installationInfo, waitFor, process.env['X']];
