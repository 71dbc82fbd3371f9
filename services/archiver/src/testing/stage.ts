// A real nats-server with finished goals in its log, and an archiver's parts over it. For tests.
import { openArchive, openHolds, openStore } from '@awo/archive';
import type { Archive, ArchivePolicy } from '@awo/archive';
import { goalIdFor, openSigningKey } from '@awo/bus';
import type { Bus } from '@awo/bus';
import type { Event, Outcome, PlanStep } from '@awo/contracts';
import { startTestNats } from '@awo/testing';
import { createLogger } from '@awo/telemetry';
import { join } from 'node:path';
import { emptyView } from '../log-view.ts';
import { round } from '../round.ts';

export const POLICY: ArchivePolicy = {
  store: { kind: 'jetstream', bucket: 'archive' },
  grace_s: 0,
  every_s: 1,
  pack: { goals: 100, mebibytes: 8, wait_s: 0 },
  stragglers: 2000,
  keep_days: { environments: {}, other: 'forever' },
};

const step = (id: string, kind: PlanStep['kind'], role: PlanStep['role'], needs: string[]): PlanStep => ({
  id,
  kind,
  role,
  needs,
  when: 'always',
  input: {},
  because: 'a test',
});
const PLAN = [step('look', 'assess-impact', 'impact', []), step('conclude', 'conclude', 'planner', ['*'])];

export type Finished = { service?: string; environment?: string; revision?: string; outcome?: Outcome; until?: 'begun' };

export async function openStage() {
  const nats = await startTestNats();
  const [planner, impact, operator, archiver] = await Promise.all(['planner', 'impact', 'operator', 'archiver'].map((user) => nats.as(user)));
  if (!planner || !impact || !operator || !archiver) throw new Error('no bus');
  let count = 0;
  const write = (bus: Bus, author: 'planner' | 'impact', goal: string, events: Event[]) =>
    bus.write({
      goal,
      by: { author, instance: `${author}-test` },
      head: undefined,
      now: () => new Date(),
      events: () => events,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });

  /** Three commits by two authors; `begun`: only the first of them. */
  const finish = async ({ service = 'cart', environment = 'production', revision = 'main', outcome = 'done', until }: Finished = {}): Promise<string> => {
    const goal = goalIdFor(`archived:${process.pid}:${count++}`);
    const spec = { kind: 'release', repo: '/srv/shop', revision, service, environment, strategy: 'auto' } as const;
    await write(planner, 'planner', goal, [{ type: 'goal.accepted', goal, spec, source: 'test', plan: PLAN }]);
    if (until !== 'begun') await end(goal, outcome);
    return goal;
  };
  const end = async (goal: string, outcome: Outcome = 'done') => {
    await write(impact, 'impact', goal, [
      { type: 'step.passed', step: 'look', startedAt: new Date().toISOString(), output: { change: { service: 'web', head: 'ab'.repeat(20) } }, evidence: [] },
    ]);
    await write(planner, 'planner', goal, [{ type: 'goal.ended', outcome, because: 'a test' }]);
  };

  const key = await openSigningKey(join(nats.home, 'keys', 'installation.pem'));
  const opened: Archive[] = [];
  /** As after a start: nothing is remembered but what was written down. */
  const open = async (options: { catalogFile?: string; policy?: Partial<ArchivePolicy> } = {}) => {
    const policy = { ...POLICY, ...options.policy };
    const now = () => new Date();
    const archive = openArchive({
      connection: archiver,
      store: await openStore(policy.store, archiver, {}),
      key,
      catalogFile: options.catalogFile ?? ':memory:',
      now,
    });
    opened.push(archive);
    const holds = openHolds(archiver);
    const view = emptyView();
    const log = createLogger('archiver', 'test', 'silent');
    const signal = new AbortController().signal;
    return { archive, holds, view, policy, log, now, round: () => round({ bus: archiver, archive, holds, policy, view, log, now, signal }) };
  };
  return {
    nats,
    planner,
    operator,
    archiver,
    key,
    finish,
    end,
    open,
    commitsInLog: async () => (await operator.jsm.streams.info('GOALS')).state.messages,
    stop: async () => {
      for (const archive of opened) archive.close();
      await nats.stop();
    },
  };
}
