// The doctor on the archive: finished goals that stay in the log because they are not as they should be.
import { askArchive } from '@awo/archive/reading';
import type { Bus } from '@awo/bus';
import { RetryableError } from '@awo/contracts';
import { fail, ok, some } from './finding.ts';
import type { Finding } from './finding.ts';

export async function archiveFinding(bus: Bus): Promise<Finding> {
  try {
    const { packs, goals, place, kept } = await askArchive(bus, 'status', {});
    return kept.length === 0
      ? ok('archive', `${goals} goals in ${packs} packs, in ${place}`)
      : fail('archive', `not sealed: ${some(kept.map((one) => `${one.goal}: ${one.because}`))}`, 'npx awo log GOAL --verify names the place.');
  } catch (error) {
    if (error instanceof RetryableError && error.code === 'archive-unavailable') return ok('archive', 'not asked: no archiver runs');
    throw error;
  }
}
