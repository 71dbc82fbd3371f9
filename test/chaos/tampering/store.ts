// A store of goals with valid chains, made by seed as the runtime would write them. Pure.
import type { Event, PlanStep, Role } from '@awo/contracts';
import { AGENT_ROLES, subjects } from '@awo/contracts';
import { goalIdFor } from '@awo/bus';
import { draftCommit, hashOf } from '@awo/goal';
import type { ChainEntry, GoalHead } from '@awo/goal';
import type { Random } from '../random.ts';

export type Store = Map<string, ChainEntry[]>;
export type Heads = Map<string, GoalHead>;

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Three to eight steps, some of which fail; every commit follows from the one before. `word` makes one history differ from another of the same shape. */
export function historyOf(goal: string, random: Random, word: string, from: ChainEntry[] = []): ChainEntry[] {
  const entries = [...from];
  const roles: Role[] = Array.from({ length: random.between(3, 8) }, () => random.pick(AGENT_ROLES));
  const plan: PlanStep[] = roles.map((role, i) => ({
    id: `s${i}`,
    kind: 'relay',
    role,
    needs: i === 0 ? [] : [`s${i - 1}`],
    when: 'always',
    input: { word },
    because: 'made by seed',
  }));
  const parse = (entry: ChainEntry) =>
    JSON.parse(new TextDecoder().decode(entry.bytes)) as {
      state: Parameters<typeof draftCommit>[0] extends infer T ? (T extends { state: infer S } ? S : never) : never;
    };
  const append = (events: Event[], author: Role, n: number) => {
    const last = entries.at(-1);
    const before = last ? { state: parse(last).state, prev: hashOf(last.bytes) } : null;
    const at = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
    const { commit, to } = draftCommit(before, goal, events, { author, instance: `${author}-1` }, at);
    entries.push({ seq: 0, subject: subjects.log(goal, author, to), bytes: bytesOf(commit) });
  };
  const startedAt = '2026-01-01T00:00:00.000Z';
  if (entries.length === 0) append([{ type: 'goal.accepted', goal, spec: { kind: 'assess', revision: 'HEAD' }, source: word, plan }], 'planner', 0);
  const steps = (JSON.parse(new TextDecoder().decode(entries[0]?.bytes)) as { state: { steps: { id: string; role: Role }[] } }).state.steps;
  for (const [i, { id, role }] of steps.entries()) {
    if (i + 1 < entries.length) continue;
    const end: Event[] = i === steps.length - 1 ? [{ type: 'goal.ended', outcome: 'done', because: word }] : [];
    const failed = random.next() < 0.2;
    append(
      failed
        ? [{ type: 'step.failed', step: id, startedAt, code: 'tool-failed', message: `${word} ${random.between(0, 999)}`, output: {}, evidence: [] }, ...end]
        : [{ type: 'step.passed', step: id, startedAt, output: { word, n: random.between(0, 999) }, evidence: [] }, ...end],
      role,
      i + 1,
    );
  }
  return entries;
}

/** Goals in the order of a stream: sequences grow, commits of several goals between each other. */
export function makeStore(goals: number, random: Random): { store: Store; heads: Heads } {
  const store: Store = new Map();
  for (let i = 0; i < goals; i++) {
    const goal = goalIdFor(`tampering ${i} ${random.next()}`);
    store.set(goal, historyOf(goal, random, `true ${i}`));
  }
  let seq = 0;
  const longest = Math.max(...[...store.values()].map((entries) => entries.length));
  for (let i = 0; i < longest; i++) for (const entries of store.values()) if (entries[i]) entries[i] = { ...(entries[i] as ChainEntry), seq: ++seq };
  const heads: Heads = new Map();
  for (const [goal, entries] of store) {
    const last = entries.at(-1);
    if (last) heads.set(goal, { seq: last.seq, commits: entries.length, hash: hashOf(last.bytes) });
  }
  return { store, heads };
}
