// Promise 4: acknowledged is on disk. nats-server is killed at a random moment, what it had not synced is dropped, and a server on what is left is asked for all it had acknowledged.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectBus, provision, readBusSpec } from '@awo/bus';
import { BUS_FILE, homePaths, keyFile } from '@awo/embedded';
import { temporaryFolder } from '@awo/testing';
import { recoveryOf } from '../experiment.ts';
import type { Experiment, RunOptions, Summary } from '../experiment.ts';
import { randomBy } from '../random.ts';
import type { Random } from '../random.ts';
import { newDisk } from './disk.ts';
import type { NameRule } from './disk.ts';
import { startPlain, startRecorded } from './recorded-server.ts';
import type { Sync } from './recorded-server.ts';
import { replay } from './replay.ts';
import { findStrace } from './strace.ts';
import { differences, readFolder, writeFolder } from './store-copy.ts';
import { busAt, countOf, lostOf, writeUntilGone } from './workload.ts';
import type { Promised } from './workload.ts';

/** `goals` are in work at the same time, `faults` are power cuts. */
export const durable: Experiment = {
  promise: 4,
  name: 'acknowledged is on disk',
  full: { goals: 8, faults: 200 },
  run: (options) => cutPower(options, 'always'),
};

type PowerCut = { acknowledged: number; lost: string[]; writes: number; syncs: number; unsynced: number; recoveryMs: number; rule: NameRule };

/** `sync` 2m shows that the instrument sees a loss where there is one: nats-server's own default loses what it acknowledged. */
export async function cutPower({ size, seed, report }: RunOptions, sync: Sync): Promise<Summary> {
  const strace = await findStrace();
  const random = randomBy(seed);
  const folder = temporaryFolder('durable');
  const cuts: PowerCut[] = [];
  try {
    const base = await provisionedHome(folder.path);
    for (let n = 0; n < size.faults; n++) {
      cuts.push(await oneCut({ base, place: folder.path, name: `${seed}-${n}`, lanes: size.goals, sync, strace, random }));
      if (n % 20 === 19) report(`${n + 1} cuts, ${sum(cuts, (c) => c.acknowledged)} acknowledged, ${sum(cuts, (c) => c.lost.length)} lost`);
    }
  } finally {
    folder.remove();
  }
  const under = (rule: NameRule) => cuts.filter((c) => c.rule === rule).length;
  return {
    counts: {
      'power cuts': cuts.length,
      'names by the journal': under('journal'),
      'names by POSIX only': under('posix'),
      'writes acknowledged': sum(cuts, (c) => c.acknowledged),
      'writes to the store': sum(cuts, (c) => c.writes),
      syncs: sum(cuts, (c) => c.syncs),
      'cuts that took something unsynced': cuts.filter((c) => c.unsynced > 0).length,
      'lost though acknowledged': sum(cuts, (c) => c.lost.length),
      'cuts with a loss': cuts.filter((c) => c.lost.length > 0).length,
    },
    violations: cuts.flatMap((c, n) => (c.lost.length > 0 ? [`cut ${n} (${c.rule}): ${c.lost.length} of ${c.acknowledged} lost, first ${c.lost[0]}`] : [])),
    recovery: recoveryOf(cuts.map((c) => c.recoveryMs)),
  };
}

/** A home whose bus is provisioned and at rest. */
async function provisionedHome(place: string): Promise<string> {
  const home = join(place, 'base');
  const server = await startPlain(home);
  const connection = await connectBus({ url: server.url, user: 'provisioner', nkeyFile: keyFile(home, 'provisioner'), name: 'provisioner' });
  await provision(connection, await readBusSpec(BUS_FILE), 1);
  await connection.close();
  await server.stop();
  return home;
}

type Cut = { base: string; place: string; name: string; lanes: number; sync: Sync; strace: readonly string[]; random: Random };

async function oneCut({ base, place, name, lanes, sync, strace, random }: Cut): Promise<PowerCut> {
  const [home, after] = [join(place, 'running'), join(place, 'after')];
  cpSync(base, home, { recursive: true });
  // The cut comes after so many acknowledgements: the same seed means the same moment, as far as the machine allows.
  const enough = random.between(1, 150);
  const rule = random.pick<NameRule>(['journal', 'posix']);
  const share = random.pick([0, 0, 0.5, 0.9]);
  const promised: Promised = { commits: [], claims: [], evidence: [], messages: [] };
  const { store } = homePaths(home);
  const disk = newDisk(readFolder(store), rule);
  const recorded = await startRecorded(home, sync, strace);
  let killed: ReturnType<typeof recorded.kill> | undefined;
  await writeUntilGone({
    as: busAt(recorded.server.url, (user) => keyFile(home, user)),
    run: name,
    lanes,
    promised,
    gone: recorded.server.exited,
    onAcknowledged: () => {
      if (countOf(promised) >= enough) killed ??= recorded.kill();
    },
  });
  const calls = await (killed ?? recorded.kill());
  const { unfinished, writes, syncs } = replay(calls, store, disk);
  const wrong = differences(store, disk.root);
  // A call that was cut short may have been carried out or not; everything else must be as the model says.
  if (wrong.length > unfinished) throw new Error(`the model is not what the server wrote: ${wrong.slice(0, 5).join('; ')}`);
  const unsynced = disk.cut({ share, random: random.next });
  cpSync(base, after, { recursive: true });
  rmSync(homePaths(after).store, { recursive: true });
  writeFolder(homePaths(after).store, disk.root);
  const started = performance.now();
  const server = await startPlain(after);
  const recoveryMs = performance.now() - started;
  try {
    const lost = await lostOf(
      busAt(server.url, (user) => keyFile(after, user)),
      promised,
    );
    return { acknowledged: countOf(promised), lost, writes, syncs, unsynced, recoveryMs, rule };
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
    rmSync(after, { recursive: true, force: true });
  }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0);
