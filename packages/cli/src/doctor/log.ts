// The doctor on the log: clocks of those who write it, chains of recent goals, goals that cannot be read.
import type { Bus } from '@awo/bus';
import { verifyChain } from '@awo/goal';
import { fail, ok, some, warn } from './finding.ts';
import type { Finding } from './finding.ts';

const SAMPLE_GOALS = 20;
const SAMPLE_COMMITS = 300;
/** Timers and waits are wrong by as much as a clock is; leases last ten seconds. */
const [SKEWED_MS, WRONG_MS] = [1000, 5000];

/** The server's clock against this machine's, and against the writers of the latest commits. */
export async function clockFindings({ jsm }: Bus): Promise<Finding[]> {
  const asked = Date.now();
  const info = await jsm.streams.info('GOALS');
  const answered = Date.now();
  if (!info.ts) throw new Error('the server does not tell its time');
  const here = Date.parse(info.ts) - (asked + answered) / 2;
  const late = new Map<string, number[]>();
  const from = Math.max(info.state.first_seq, info.state.last_seq - SAMPLE_COMMITS + 1, 1);
  for (let seq = from; seq <= info.state.last_seq;) {
    const message = await jsm.direct.getMessage('GOALS', { seq, next_by_subj: 'awo.log.>' });
    if (!message) break;
    const { by, at } = parsed(message.data);
    if (by && at) late.set(by, [...(late.get(by) ?? []), message.time.getTime() - Date.parse(at)]);
    seq = message.seq + Math.max(1, Math.floor((info.state.last_seq - from) / 40));
  }
  return [skew('clock here', here), ...[...late].map(([instance, ms]) => skew(`clock of ${instance}`, middle(ms)))];
}

function skew(name: string, ms: number): Finding {
  const detail = `${Math.abs(Math.round(ms))} ms ${ms > 0 ? 'behind' : 'before'} the server`;
  const hint = 'Keep the clocks together (NTP): timers ring late or early, and durations in the log are wrong.';
  return Math.abs(ms) > WRONG_MS ? fail(name, detail, hint) : Math.abs(ms) > SKEWED_MS ? warn(name, detail, hint) : ok(name, detail);
}
const middle = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

function parsed(data: Uint8Array): { by?: string; at?: string } {
  try {
    const commit = JSON.parse(new TextDecoder().decode(data)) as { at?: string; by?: { instance?: string } };
    return { ...(commit.by?.instance ? { by: commit.by.instance } : {}), ...(commit.at ? { at: commit.at } : {}) };
  } catch {
    return {};
  }
}

/** Walks the chains of the goals that moved last. */
export async function chainFindings(bus: Bus): Promise<Finding[]> {
  const { heads, unreadable } = await bus.recent();
  const sample = heads.slice(0, SAMPLE_GOALS).map((head) => head.commit.goal);
  const broken: string[] = [];
  for (const goal of sample) {
    const entries = [];
    for await (const { seq, bytes, subject } of bus.history(goal)) entries.push({ seq, bytes, subject });
    const result = verifyChain(entries);
    if (!result.ok) broken.push(`${goal} at ${result.problem.seq}: ${result.problem.what}`);
  }
  const newer = unreadable.filter((one) => one.code === 'newer-version').map((one) => one.goal);
  const poison = unreadable.filter((one) => one.code !== 'newer-version').map((one) => `${one.goal} at ${one.seq}`);
  return [
    broken.length === 0
      ? ok('chains', `the latest ${sample.length} goals: every chain and every state fits`)
      : fail('chains', some(broken), 'npx awo log GOAL --verify names the place; compare with a backup.'),
    ...(poison.length > 0
      ? [fail('log', `no commits: ${some(poison)}`, 'Somebody who may write the log wrote something else there; docs/operations.md, AwoPoisonCommit.')]
      : []),
    ...(newer.length > 0
      ? [warn('versions', `a newer version works on ${some(newer)}`, 'Finish the upgrade: the replicas of this version leave these goals alone.')]
      : []),
  ];
}
