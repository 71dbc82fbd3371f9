// A real bus that holds a recorded release, with as much of toolgate as `awo ps` asks for. For tests.
import { ToolReply, rolloutStatus, subjects } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { realBus } from './real-bus.ts';
import { NEW, recordedRelease } from './recorded-release.ts';

export async function recordedSystem() {
  const system = await realBus();
  await system.record(recordedRelease());
  answerAsToolgate(await system.as('toolgate'));
  return system;
}

/** One service that runs two revisions, and keeps a third. */
function answerAsToolgate(bus: Bus): void {
  const revision = (sha: string, weight: number, state: 'ready' | 'stopped') => ({
    revision: sha,
    weight,
    state,
    pid: 1,
    port: 1,
    restarts: 0,
    startedAt: '2026-05-04T10:00:00.000Z',
  });
  const service = {
    environment: 'production',
    name: 'cart',
    repo: '/srv/shop',
    address: 'http://127.0.0.1:41234',
    previous: null,
    sideBySide: true,
    revisions: [revision('3f2a1bc'.padEnd(40, '0'), 95, 'ready'), revision(NEW, 5, 'ready'), revision('1'.repeat(40), 0, 'stopped')],
  };
  bus.nc.subscribe(subjects.tool('operator', rolloutStatus.name), {
    callback: (_error, msg) =>
      void msg.respond(JSON.stringify(ToolReply.parse({ kind: 'result', result: { services: [service] }, server: 'mcp-local', how: 'ok' }))),
  });
}
