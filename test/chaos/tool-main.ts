// The outside world of an experiment: a tool server over NATS and somebody else's over HTTP, both noting every effect in a ledger on disk.
import { createServer } from 'node:http';
import { CAPABILITIES, RetryableError } from '@awo/contracts';
import type { Capability, ServiceStatus } from '@awo/contracts';
import { META, serveTools } from '@awo/tools';
import { answerMcp } from './foreign-tool.ts';
import { openLedger, temperOf } from './ledger.ts';
import type { Effect } from './ledger.ts';

const { CHAOS_LEDGER: file = '', CHAOS_FOREIGN_PORT: port = '0', AWO_INSTANCE: instance = '' } = process.env;
const ledger = openLedger(file);
const LANES = Array.from({ length: 16 }, (_, n) => `lane-${n}`);
const RUNS_NOW = 'a'.repeat(40);
const RAN_BEFORE = 'b'.repeat(40);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What runs, as the ledger says. Environments of the experiments' own plans are only shown to who asks for them. */
function statusOf(wanted: string | undefined): ServiceStatus[] {
  const environments = wanted ? [wanted] : LANES;
  return environments.flatMap((environment) =>
    (environment.startsWith('lane-') ? ['cart', 'web'] : ledger.services(environment)).map((name): ServiceStatus => {
      const weighed = ledger.weight(environment, name) ?? RUNS_NOW;
      const revisions = [...new Set([weighed, RAN_BEFORE, ...ledger.started(environment, name)])];
      return {
        environment,
        name,
        repo: '/repo',
        address: 'http://127.0.0.1:1',
        revisions: revisions.map((revision) => ({
          revision,
          weight: revision === weighed ? 100 : 0,
          state: 'ready',
          pid: 1,
          port: 1,
          restarts: 0,
          startedAt: null,
        })),
        previous: RAN_BEFORE,
        sideBySide: true,
      };
    }),
  );
}

/** Some are slow, some take effect at their end only, some say "not now" once. */
async function takeEffect(effect: Omit<Effect, 'at' | 'by'>): Promise<void> {
  const temper = temperOf(effect.key);
  if (temper.busyFirst && ledger.firstTime(effect.key)) throw new RetryableError('busy', 'Not now.', 100);
  if (temper.lateEffect) await pause(temper.delayMs);
  ledger.note({ ...effect, at: Date.now(), by: instance });
  if (!temper.lateEffect) await pause(temper.delayMs);
}

async function handle(capability: Capability, args: Record<string, unknown>, key: string | null, fence: number): Promise<Record<string, unknown>> {
  const { environment, service } = args as { environment: string; service: string };
  if (capability.name === 'rollout.status') return { services: statusOf(environment) };
  const effect = { key: key ?? 'no-key', fence, capability: capability.name, environment, service };
  if (capability.name === 'traffic.set') {
    const weights = args['weights'] as { revision: string; weight: number }[];
    await takeEffect({ ...effect, revision: weights[0]?.revision ?? '' });
    return { weights, address: 'http://127.0.0.1:1' };
  }
  if (capability.name === 'rollout.start') {
    const revision = args['revision'] as string;
    await takeEffect({ ...effect, revision });
    return { revision, state: 'ready', port: 1, address: 'http://127.0.0.1:1', startupMs: 1, alreadyRunning: false };
  }
  throw new RetryableError('internal', `The experiments do not ask for ${capability.name}.`);
}

createServer((request, response) => {
  void answerMcp(request, response, async (args, meta) => {
    const key = String(meta[META.key] ?? 'no-key');
    ledger.note({
      key,
      fence: Number(meta[META.fence] ?? 0),
      capability: 'x.far.note',
      environment: '',
      service: '',
      revision: '',
      at: Date.now(),
      by: instance,
    });
    await pause(temperOf(key).delayMs);
    return `noted ${JSON.stringify(args)}`;
  });
}).listen(Number(port), '127.0.0.1');

await serveTools({
  name: 'mcp-local',
  version: '1.0.0',
  env: process.env,
  tools: CAPABILITIES.filter((c) => /^(rollout|traffic)\./.test(c.name)).map((capability) => ({
    capability,
    handle: async (args, { key, fence }) => handle(capability, args as Record<string, unknown>, key, fence),
  })),
});
