// Where the trace of the most telling release can be looked at, if anywhere.
import { z } from 'zod';
import type { Awo } from './awo.ts';
import type { PlayedRelease } from './played.ts';

const Linked = z.object({ links: z.object({ trace: z.string().nullable() }) });

export async function traceLink(awo: Awo, releases: PlayedRelease[]): Promise<string | null> {
  const goal = (releases.findLast((r) => r.outcome === 'rolled-back') ?? releases.at(-1))?.goal;
  if (goal === undefined) return null;
  const [got] = await awo.read(['get', goal]);
  const parsed = Linked.safeParse(got);
  return parsed.success ? parsed.data.links.trace : null;
}
