// Ours beside the peers: the same five-step durable goal, in turn, each alone on the machine, so that noise meets all of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from '../goals.ts';
import { ms, table, whole } from '../section.ts';
import type { BenchOptions, Section } from '../section.ts';
import { openSpanSink } from '../span-sink.ts';
import { startStage } from '../stage.ts';
import { dbos, dbosAlone } from './dbos.ts';
import { installPeers } from './install.ts';
import type { Peer, Round, Timed } from './peer.ts';
import { restate } from './restate.ts';
import { temporal } from './temporal.ts';

const ROUNDS = 3;
type Contender = { peer: Peer; goals: { one: number; many: number }; seen: Map<number, Timed[]>; versions: string; setting: string; fault: string | null };

/** Our own runtime as one of the peers. `spans`: every span is made and sent, to a receiver that throws them away. */
const own = (name: string, spans: boolean): Peer => ({
  name,
  start: async () => {
    const sink = spans ? await openSpanSink() : null;
    const stage = await startStage(sink ? { env: sink.env } : {});
    await stage.measure(16, 100);
    return {
      versions: `Node ${process.version.slice(1)}, nats-server ${stage.serverVersion}`,
      setting: `sync_interval always, one server, a process per step${spans ? ', spans sent' : ''}`,
      drive: async (rounds) => {
        const timed: Timed[] = [];
        for (const { width, total } of rounds) timed.push({ total, ...(await stage.measure(width, total)) });
        return timed;
      },
      stop: async () => {
        await stage.stop();
        sink?.stop();
      },
    };
  },
});
const ours = own('this', false);

export async function measurePeers({ goals, say }: BenchOptions): Promise<Section> {
  const contender = (peer: Peer, share: number): Contender => ({
    peer,
    goals: { one: Math.max(10, Math.ceil(goals / 8 / share)), many: Math.max(64, Math.ceil(goals / share)) },
    seen: new Map(),
    versions: '',
    setting: '',
    fault: null,
  });
  // Slower ones get fewer goals, so that each takes about as long.
  const others = [contender(restate, 4), contender(dbos, 8), contender(dbosAlone, 4), contender(temporal, 12)];
  const all = [contender(ours, 1), contender(own('this, with spans', true), 1), ...others];
  try {
    installPeers(say);
  } catch (error) {
    for (const one of others) one.fault = `its packages could not be installed: ${firstLine(error)}`;
  }
  for (let round = 1; round <= ROUNDS; round++)
    for (const one of all) {
      // Temporal's start takes longest and its place is far behind: once is enough.
      if (one.fault !== null || (one.peer === temporal && round > 1)) continue;
      say(`peers: ${one.peer.name}, round ${round} of ${ROUNDS}`);
      try {
        await runOnce(one, say);
      } catch (error) {
        say(`peers: ${one.peer.name} gave up: ${error instanceof Error ? error.message : String(error)}`);
        one.fault = firstLine(error);
      }
    }
  const faults = all.flatMap((one) =>
    one.fault === null ? [] : ['', `${one.peer.name} ${one.seen.size > 0 ? 'did not finish every round' : 'is left out'}: ${one.fault}.`],
  );
  return { id: 'peers', lines: [...report(all.filter((one) => one.seen.size > 0)), ...faults] };
}

/** A program's whole complaint is on the terminal; this goes into a table's foot. */
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200).replace(/\.$/, '') ?? '';

async function runOnce(one: Contender, say: (text: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'awo-peer-'));
  try {
    const running = await one.peer.start(folder, say);
    one.versions = running.versions;
    one.setting = running.setting;
    const rounds: Round[] = [
      { width: 1, total: one.goals.one },
      { width: 64, total: one.goals.many },
    ];
    try {
      for (const timed of await running.drive(rounds)) one.seen.set(timed.width, [...(one.seen.get(timed.width) ?? []), timed]);
    } finally {
      await running.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median over the rounds of each figure. */
function figures(one: Contender, width: number) {
  const rounds = one.seen.get(width) ?? [];
  const median = (values: number[]) =>
    quantile(
      values.toSorted((a, b) => a - b),
      0.5,
    );
  const of = (q: number) =>
    median(
      rounds.map((r) =>
        quantile(
          r.times.toSorted((a, b) => a - b),
          q,
        ),
      ),
    );
  return { perSecond: median(rounds.map((r) => r.total / (r.wallMs / 1000))), p50: of(0.5), p99: of(0.99), goals: rounds.reduce((sum, r) => sum + r.total, 0) };
}

function report(all: readonly Contender[]): string[] {
  const rows = all.map((one) => {
    const [alone, many] = [figures(one, 1), figures(one, 64)];
    return [
      one.peer.name,
      ms(alone.p50),
      ms(alone.p99),
      whole(many.perSecond),
      ms(many.p50),
      ms(many.p99),
      String(alone.goals + many.goals),
      one.versions,
      one.setting,
    ];
  });
  const [mine, theirs] = [all.find((one) => one.peer === ours), all.find((one) => one.peer === restate)];
  const ratio =
    mine && theirs
      ? [
          '',
          `Beside Restate: ${(figures(mine, 64).perSecond / figures(theirs, 64).perSecond).toFixed(1)} times the goals per second with 64 in flight, ${(figures(theirs, 1).p50 / figures(mine, 1).p50).toFixed(1)} times shorter p50 one at a time.`,
        ]
      : [];
  return [...table(['', 'p50, one at a time', 'p99', 'goals/s, 64 in flight', 'p50', 'p99', 'goals', 'versions', 'setting'], rows), ...ratio];
}
