// A stage for toolgate's tests: a real bus, tool servers as processes, and what they were asked.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goalIdFor } from '@awo/bus';
import type { PlanStep } from '@awo/contracts';
import { createLogger } from '@awo/telemetry';
import { startTestNats, temporaryFolder, waitFor } from '@awo/testing';
import { openClients } from '../clients.ts';
import { openEffects } from '../effects.ts';
import type { Gate } from '../gate.ts';
import { readPolicy } from '../policy.ts';
import { openRegistry } from '../registry.ts';
import type { Answer } from './own-server.ts';

const OWN_SERVER = fileURLToPath(new URL('own-server.ts', import.meta.url));
const TOOLGATE = fileURLToPath(new URL('../main.ts', import.meta.url));

export type Call = { by: string; capability: string; args: Record<string, unknown>; key: string | null; fence: number };
export type Stage = Awaited<ReturnType<typeof setStage>>;

export async function setStage() {
  const nats = await startTestNats();
  const folder = temporaryFolder('toolgate');
  const processes: ChildProcess[] = [];
  const bus = await nats.as('toolgate');
  const answers: Record<string, Answer> = {};
  const answer = (given: Record<string, Answer>) => writeFileSync(join(folder.path, 'answers.json'), JSON.stringify(Object.assign(answers, given)));
  answer({});
  const launch = async (main: string, user: string, instance: string, extra: Record<string, string> = {}) => {
    const env = { PATH: process.env.PATH, HOME: folder.path, AWO_LOG_LEVEL: 'silent', TEST_FOLDER: folder.path, ...nats.env(user, instance), ...extra };
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    processes.push(child);
    await waitFor(
      async () => {
        const { connections } = (await (await fetch(`${nats.monitorUrl}/connz`)).json()) as { connections: { name: string; subscriptions: number }[] };
        return connections.find((c) => c.name === instance && c.subscriptions >= 2);
      },
      { what: `${instance} to listen`, timeoutMs: 60_000 },
    );
    return child;
  };
  const clients = openClients(
    bus,
    { PATH: process.env.PATH, HOME: folder.path, SECRET: 'do not tell', NAMED: 'for you' },
    createLogger('toolgate', 'test', 'silent'),
  );
  const gate: Gate = {
    policy: await readPolicy(new URL('../../../../deploy/toolgate/policy.yaml', import.meta.url)),
    clients,
    effects: openEffects(bus),
    registry: openRegistry(bus),
    isOpen: async (_goal, step) => step !== 'over',
    running: new Map(),
    instance: 'toolgate-test',
    now: () => new Date(),
  };
  return {
    nats,
    bus,
    gate,
    answer,
    /** A goal of which this step is in deploy's hands, for a toolgate that reads the log. */
    open: async (step: string): Promise<string> => {
      const goal = goalIdFor(`toolgate:${folder.path}:${step}`);
      const plan: PlanStep[] = [{ id: step, kind: 'relay', role: 'deploy', needs: [], when: 'passed', input: {}, because: 'it asks' }];
      await (
        await nats.as('planner')
      ).write({
        goal,
        by: { author: 'planner', instance: 'planner-1' },
        head: null,
        events: () => [{ type: 'goal.accepted', goal, spec: { kind: 'assess', revision: 'HEAD' }, source: 'test', plan }],
        now: () => new Date(),
      });
      return goal;
    },
    /** A replica of one of our servers. */
    server: (name: string, instance = `${name}-1`) => launch(OWN_SERVER, name, instance),
    toolgate: (instance: string, env: Record<string, string> = {}) => launch(TOOLGATE, 'toolgate', instance, env),
    /** What the servers were asked so far. */
    calls: (capability?: string): Call[] => {
      const file = join(folder.path, 'calls.jsonl');
      const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
      return lines.map((line) => JSON.parse(line) as Call).filter((call) => !capability || call.capability === capability);
    },
    stop: async () => {
      await clients.closeAll();
      for (const child of processes) child.kill('SIGKILL');
      await nats.stop();
      folder.remove();
    },
  };
}

export const SHA = 'a'.repeat(40);
