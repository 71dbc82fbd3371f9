// Plays drills one after the other, in an installation that runs or in one of their own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installationInfo, startInstallation, stopInstallation } from '@awo/embedded';
import type { Drill } from './drills/drill.ts';
import { play, type Played } from './play.ts';
import { setStage } from './stage.ts';
import { isGood, storyOf } from './table.ts';

/** `stopped` is rejected where somebody ends this. */
export type Theatre = { say: (line: string) => void; stopped: Promise<never> };

/** `each`: called after each. Throws where nothing runs in `home`. */
export async function playAll(drills: readonly Drill[], home: string, { say, stopped }: Theatre, each?: (played: Played) => void): Promise<Played[]> {
  const url = installationInfo(home)?.natsUrl;
  if (!url) throw new Error(`Nothing is running in ${home}. Start it with: npx awo up`);
  const stage = await setStage(home, url, say);
  const all: Played[] = [];
  try {
    for (const drill of drills) {
      say(`${drill.name}: ${drill.about}`);
      const played = await Promise.race([play(drill, stage, all.length === 0), stopped]);
      all.push(played);
      each?.(played);
      say(`  ${isGood(played) ? 'well' : 'NOT WELL'}: ${storyOf(played)}`);
      if (!isGood(played)) for (const goal of played.goals) say(await stage.report(goal));
    }
    return all;
  } finally {
    await stage.close();
  }
}

/** Started for `work` and gone after it; AWO_KEEP leaves its state. */
export async function inOwnInstallation<T>(env: NodeJS.ProcessEnv, { say }: Theatre, work: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'awo-drills-'));
  const own = { ...env, AWO_HOME: home };
  try {
    await startInstallation(home, { env: own, ports: 'any', report: ({ text }) => say(text) });
    return await work(home);
  } finally {
    await stopInstallation(home, { env: own });
    if (!process.env['AWO_KEEP']) rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    else say(`kept: ${home}`);
  }
}
