// The doctor on the verifier: does it come round, and what has it found.
import { age } from '../output/quantities.ts';
import { verifierState, violationWords } from '../verifier-view.ts';
import { fail, ok, some, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** It looks every two seconds; reading a long log anew takes longer. */
const SILENT_MS = 120_000;

export async function verifierFinding(home: string): Promise<Finding> {
  const state = await verifierState(home);
  if (!state) return warn('log', 'no verifier has run here', 'npx awo up starts one; elsewhere: node services/verifier/src/main.ts');
  const { violations, at, to, goals, unknown } = state;
  if (violations.length > 0)
    return fail('log', some(violations.map(violationWords)), 'docs/backup.md tells what to do: npx awo log GOAL --verify, then a restore.');
  const now = Date.now();
  if (now - Date.parse(at) > SILENT_MS) return warn('log', `the verifier looked ${age(at, now)} ago for the last time`, 'logs/verifier.log says why.');
  if (unknown > 0) return warn('log', `${unknown} goals left the log, and no archiver says that it has them`, 'Start the archiver: npx awo up');
  return ok('log', `walked up to ${to}; ${goals} goals are as they were signed`);
}
