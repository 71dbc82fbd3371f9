// A change that no test would notice if it were wrong: generated tests hold what it leaves as it was, on a branch of their own.
import { SEARCH } from '../changes.ts';
import { git } from '../git.ts';
import { COUPONS_AS_MAP } from '../later-changes.ts';
import { branchOff } from '../shop.ts';
import type { Stage } from './play.ts';

const TESTED = `${COUPONS_AS_MAP.ref}-tested`;

/** Exit code. Whether there is a gap, and what closes it, is for the generator to find out. */
export async function playGap({ awo, shop, played, save, say, signal }: Omit<Stage, 'customers'>): Promise<number> {
  const { ref, subject } = COUPONS_AS_MAP;
  if (played.gap) {
    say(`\nA change that is not released yet: ${subject}\n    played before: ${played.gap.branch ?? 'no test was kept'}`);
    return 0;
  }
  await branchOff(shop, COUPONS_AS_MAP, SEARCH.ref);
  // Of a start that was interrupted: the command makes new branches only.
  if (await has(shop, TESTED)) await git(shop, ['branch', '--quiet', '-D', TESTED]);
  if (signal.aborted) return 130;
  const args = ['test', 'generate', '--repo', shop, '--base', SEARCH.ref, '--head', ref, '--branch', TESTED];
  say(`\nA change that is not released yet: ${subject}. Would a test notice a mistake in it?\n$ npx awo ${args.join(' ')}`);
  const code = await awo.show([...args, '-o', 'wide']);
  if (signal.aborted) return 130;
  if (code !== 0) return code;
  played.gap = { ref, branch: (await has(shop, TESTED)) ? TESTED : null };
  await save(played);
  return 0;
}

const has = async (shop: string, branch: string): Promise<boolean> => (await git(shop, ['branch', '--list', branch])) !== '';
