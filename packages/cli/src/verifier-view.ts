// What the verifier has found and signed, for `ps`, `doctor` and `log --verify`: its files in the installation's folder.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headIn, readGoalCheckpoints, readPublicKey } from '@awo/bus';
import { VerifierState } from '@awo/contracts';
import type { Violation } from '@awo/contracts';
import type { GoalHead } from '@awo/goal';

/** Null where no verifier has ever run on this machine. */
export async function verifierState(home: string): Promise<VerifierState | null> {
  const text = await readFile(join(home, 'verifier', 'state.json'), 'utf8').catch(() => null);
  return text === null ? null : VerifierState.parse(JSON.parse(text));
}

/** How far the goal had come when the verifier signed it last; null where it never did. Throws TerminalError `bad-message` where what was signed was changed. */
export async function signedHead(home: string, goal: string): Promise<GoalHead | null> {
  const key = await readPublicKey(join(home, 'keys', 'installation.pem'));
  return key === null ? null : headIn(await readGoalCheckpoints(join(home, 'verifier', 'goals.checkpoints'), [key]), goal);
}

export const violationWords = ({ goal, seq, index, what, detail }: Violation): string =>
  `${goal ? `${goal}, commit ${index + 1} (sequence ${seq})` : 'the log as a whole'}: ${what}: ${detail}`;
