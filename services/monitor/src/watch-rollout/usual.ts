// What a service usually has, where the plan of its watch does not know: silence is judged by it.
import type { StepContext } from '@awo/agent';
import { observePast, TerminalError } from '@awo/contracts';
import { usualRps } from '@awo/strategy';
import type { WatchInput } from './facts.ts';

/** Requests a second. Null beside an old one, where silence never passes, and in an environment whose tools keep no past. */
export async function usualRpsOf(ctx: StepContext, { environment, change: { service }, concurrent }: WatchInput): Promise<number | null> {
  if (concurrent) return null;
  try {
    return usualRps(await ctx.call(observePast, { environment, service }));
  } catch (error) {
    if (error instanceof TerminalError) return null;
    throw error;
  }
}
