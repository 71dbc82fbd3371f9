// What the gate measures of each request: how long it took, how it ended, and what became of effects.
import { EXTERNAL_PREFIX, RetryableError, TerminalError, capabilityByName } from '@awo/contracts';
import { LABEL, count, time } from '@awo/telemetry';

/** How a request ended. `unknown`: whether the effect took place is for a person to find out. */
const OUTCOMES = ['ok', 'recorded', 'read-back', 'failed', 'unavailable', 'refused', 'stale', 'unknown'] as const;
type Outcome = (typeof OUTCOMES)[number];

const BY_CODE: Readonly<Record<string, Outcome>> = {
  'stale-fence': 'stale',
  'outcome-unknown': 'unknown',
  'not-allowed': 'refused',
  'unknown-capability': 'refused',
  'bad-arguments': 'refused',
  quarantined: 'refused',
};

/** Makes the series known, so that the first unknown outcome is seen as an increase. */
export function knowEffects(): void {
  for (const outcome of OUTCOMES) count('effects', { [LABEL.outcome]: outcome }, 0);
}

/** `answered`: how the gate answered, or the error that it ended with. */
export function measureRequest(capability: string, sinceMs: number, answered: { how: string } | { error: unknown }): void {
  const outcome = 'how' in answered ? answered.how : outcomeOf(answered.error);
  // What anybody may type must not become a label: attached tools are one, names that nobody knows another.
  const known = capabilityByName.has(capability) ? capability : capability.startsWith(EXTERNAL_PREFIX) ? 'external' : 'unheard-of';
  time('toolCall', (Date.now() - sinceMs) / 1000, { [LABEL.capability]: known, [LABEL.outcome]: outcome });
}

/** Counts an action that changes something, by how it ended. */
export async function measuredEffect<T extends { how: string }>(run: () => Promise<T>): Promise<T> {
  try {
    const answer = await run();
    count('effects', { [LABEL.outcome]: answer.how });
    return answer;
  } catch (error) {
    count('effects', { [LABEL.outcome]: outcomeOf(error) });
    throw error;
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof TerminalError) return BY_CODE[error.code] ?? 'failed';
  return error instanceof RetryableError ? 'unavailable' : 'failed';
}
