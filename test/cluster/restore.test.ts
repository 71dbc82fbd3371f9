// The bus is lost with its disk while goals are under way: the backup is put back, the same services go on, and no effect happens twice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT, findNatsServer, readBusUsers, startNatsServer } from '@awo/embedded';
import type { NatsServer } from '@awo/embedded';
import { startTestNats, temporaryFolder, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { expect, test } from 'vitest';
import { keepChronicle } from '../chaos/chronicle.ts';
import { judge } from '../chaos/judge.ts';
import { forkedPlan } from '../chaos/plans.ts';
import { randomBy } from '../chaos/random.ts';
import { submitter } from '../chaos/submit.ts';
import { startWorld } from '../chaos/world.ts';
import type { World } from '../chaos/world.ts';

const SEED = 17;
const GOALS = 60;

async function awo(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [join(CHECKOUT, 'packages/cli/src/main.ts'), ...args], { env: { PATH: process.env['PATH'], ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`awo ${args.join(' ')} ended with ${code}: ${said}`);
  return said;
}

test('goals under way go on from a backup on an empty server, each effect once', async () => {
  const folder = temporaryFolder('restored');
  const [backup, home] = [join(folder.path, 'backup'), join(folder.path, 'home')];
  let world: World | undefined;
  let restored: NatsServer | undefined;
  let said = '';
  /** A server that comes back from its backup at the same address, instead of from its disk. */
  const startBus = async (): Promise<TestNats> => {
    const nats = await startTestNats();
    return {
      ...nats,
      serverPid: () => restored?.identity.pid ?? nats.serverPid(),
      crash: async () => {
        // Nobody works while the backup is taken: their next lives find no bus until it is back.
        for (const member of world?.members ?? []) member.kill();
        said += await awo(['backup', '--to', backup], { AWO_HOME: nats.home, NATS_URL: nats.url });
        process.kill(nats.serverPid(), 'SIGKILL');
        cpSync(join(nats.home, 'keys'), join(home, 'keys'), { recursive: true });
        said += await awo(['restore', '--from', backup, '--home', home, '--in-flight', 'go-on']);
        copyFileSync(join(nats.home, 'nats/ports.json'), join(home, 'nats/ports.json'));
        const binary = await findNatsServer({ env: process.env, report: () => {} });
        restored = await startNatsServer({ home, binary: binary.path, users: readBusUsers(), report: () => {} });
        expect(restored.url).toBe(nats.url);
      },
      stop: async () => {
        await restored?.stop();
        await nats.stop();
      },
    };
  };
  world = await startWorld({ leaseS: 10, startBus });
  try {
    const random = randomBy(SEED);
    const chronicle = keepChronicle(world.operator);
    const submit = submitter(world.operator, `restored:${SEED}`);
    const submissions = Promise.all(Array.from({ length: GOALS }, () => submit.open((environment) => forkedPlan(environment, random))));
    await submissions;
    await waitFor(() => chronicle.ended() >= GOALS / 6, { what: 'some goals to end', timeoutMs: 60_000 });
    const endedBefore = chronicle.ended();
    world.crashNats();
    const { counts, violations } = await judge({ world, chronicle, submit, submissions });
    console.log(`seed ${SEED}`, { endedBefore, ...counts }, said);
    expect(violations).toEqual([]);
    expect(endedBefore).toBeLessThan(GOALS);
    expect(said).toMatch(/goals were under way: they go on/);
  } finally {
    await world.stop();
    folder.remove();
  }
});
