// Writes of every kind to the bus, and what was acknowledged of each: the promises that must outlast the power cut.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { PlanStep } from '@awo/contracts';
import { connectBus, goalIdFor } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { verifyChain } from '@awo/goal';
import type { ChainEntry } from '@awo/goal';

export type Promised = {
  /** Acknowledged commits: sequence, subject and SHA-256. */
  commits: { goal: string; seq: number; hash: string }[];
  claims: { key: string; value: string; revision: number }[];
  evidence: { digest: string }[];
  messages: { seq: number; hash: string }[];
};

export const countOf = (p: Promised): number => p.commits.length + p.claims.length + p.evidence.length + p.messages.length;

export type BusAs = (user: string) => Promise<Bus>;

const STEPS = 6;
const plan: PlanStep[] = Array.from({ length: STEPS }, (_, n) => ({
  id: `s${n}`,
  kind: 'relay',
  role: 'impact',
  needs: n === 0 ? [] : [`s${n - 1}`],
  when: 'passed',
  input: {},
  because: 'something to write',
}));

/** Connects one user; the experiment closes it. */
export const busAt =
  (url: string, keyFile: (user: string) => string): BusAs =>
  (user) =>
    connectBus({ url, user, nkeyFile: keyFile(user), name: `${user}-durability`, timeoutMs: 2000 });

export type Writing = {
  as: BusAs;
  /** Names what is written. */
  run: string;
  /** Goals in work at the same time, beside claims, evidence and messages. */
  lanes: number;
  /** Filled as acknowledgements come. */
  promised: Promised;
  onAcknowledged: () => void;
  /** Settles when the server has ended. */
  gone: Promise<void>;
};

/** Writes until the server is gone. */
export async function writeUntilGone({ as, run, lanes, promised, onAcknowledged, gone }: Writing): Promise<void> {
  const [planner, impact, toolgate] = await Promise.all(['planner', 'impact', 'toolgate'].map(as));
  if (!planner || !impact || !toolgate) throw new Error('three connections were opened');
  let over = false;
  // Who waits for an answer would wait until its time is up.
  const end = gone.then(async () => {
    over = true;
    await Promise.all([planner, impact, toolgate].map((bus) => bus.nc.close()));
  });
  const until = async (lane: (n: number) => Promise<void>) => {
    for (let n = 0; !over; n++) {
      await lane(n).catch((error: unknown) => {
        if (planner.nc.isClosed()) over = true;
        else if (!over) throw error;
      });
    }
  };
  const goalLane = (lane: number) => async (n: number) => {
    const goal = goalIdFor(`${run}:${lane}:${n}`);
    const open = { goal, spec: { kind: 'assess' as const, revision: 'HEAD' }, source: 'durability', plan };
    let { head } = await planner.write({ goal, by: { author: 'planner', instance: 'p' }, head: null, events: () => [{ type: 'goal.accepted', ...open }], now });
    for (let i = 0; head; i++) {
      promised.commits.push({ goal, seq: head.seq, hash: head.hash });
      onAcknowledged();
      if (i === STEPS) return;
      const passed = {
        type: 'step.passed' as const,
        step: `s${i}`,
        startedAt: now().toISOString(),
        output: { pad: randomBytes(200).toString('hex') },
        evidence: [],
      };
      ({ head } = await impact.write({ goal, by: { author: 'impact', instance: 'i' }, head, events: () => [passed], now }));
    }
  };
  const claimLane = async (n: number) => {
    const [kv, key] = [await toolgate.kv('effects'), `${run}.claim.${n}`];
    let revision = await kv.create(key, 'claimed');
    promised.claims.push({ key, value: 'claimed', revision });
    onAcknowledged();
    revision = await kv.update(key, 'done', revision);
    promised.claims.push({ key, value: 'done', revision });
    onAcknowledged();
  };
  const evidenceLane = async (n: number) => {
    promised.evidence.push({ digest: await planner.evidence.put(`${run} ${n} ${randomBytes(3000).toString('hex')}`) });
    onAcknowledged();
    await pause(5);
  };
  const messageLane = async (n: number) => {
    const body = `${run} refused ${n}`;
    const { seq } = await planner.js.publish(`awo.history.refused.${n}`, body, { timeout: 2000 });
    promised.messages.push({ seq, hash: sha256(body) });
    onAcknowledged();
  };
  await Promise.all([...Array.from({ length: lanes }, (_, lane) => until(goalLane(lane))), until(claimLane), until(evidenceLane), until(messageLane)]);
  await end;
}

/** Everything that was acknowledged and is not there, in words. */
export async function lostOf(as: BusAs, promised: Promised): Promise<string[]> {
  const [planner, toolgate] = await Promise.all([as('planner'), as('toolgate')]);
  const lost: string[] = [];
  try {
    const found = new Map<string, ChainEntry[]>();
    for (const goal of new Set(promised.commits.map((c) => c.goal))) {
      const entries: ChainEntry[] = [];
      for await (const { seq, bytes, subject } of planner.history(goal)) entries.push({ seq, bytes, subject });
      found.set(goal, entries);
      const verified = verifyChain(entries);
      if (entries.length > 0 && !verified.ok) lost.push(`the chain of ${goal} is broken at ${verified.problem.seq}: ${verified.problem.what}`);
    }
    for (const { goal, seq, hash } of promised.commits) {
      const entry = found.get(goal)?.find((e) => e.seq === seq);
      if (!entry) lost.push(`commit ${seq} of ${goal}`);
      else if (sha256(entry.bytes) !== hash) lost.push(`commit ${seq} of ${goal} has other bytes`);
    }
    const kv = await toolgate.kv('effects');
    const last = new Map(promised.claims.map((claim) => [claim.key, claim]));
    for (const { key, value, revision } of last.values()) {
      const entry = await kv.get(key);
      // One that is newer was written, but its acknowledgement got lost with the server.
      if (!entry || entry.revision < revision || (entry.revision === revision && entry.string() !== value)) lost.push(`claim ${key}`);
    }
    for (const { digest } of promised.evidence) await planner.evidence.get(digest).catch(() => lost.push(`evidence ${digest}`));
    for (const { seq, hash } of promised.messages) {
      const message = await planner.jsm.direct.getMessage('HISTORY', { seq }).catch(() => null);
      if (!message || sha256(message.data) !== hash) lost.push(`message ${seq} of HISTORY`);
    }
    return lost;
  } finally {
    await Promise.all([planner, toolgate].map((bus) => bus.nc.close()));
  }
}

const now = () => new Date();
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
