// Plays one drill and says what became of it: noticed, explained, repaired, and what customers saw.
import { setTimeout as sleep } from 'node:timers/promises';
import { type GoalState, REPAIR_INPUTS } from '@awo/contracts';
import { isFine, type Visit } from './customers.ts';
import type { Drill } from './drills/drill.ts';
import { type Decided, decidedIn } from './model/decided.ts';
import type { Stage } from './stage.ts';

export type Played = {
  drill: string;
  about: string;
  /** Milliseconds from the fault. Null: not at all. */
  detectedMs: number | null;
  /** First of the causes, of the first diagnosis. */
  cause: string;
  causeRight: boolean;
  repairs: string[];
  repairRight: boolean;
  /** Until customers were well served for good. */
  restoredMs: number | null;
  /** Repairs that were taken back. */
  undone: number;
  failed: number;
  slow: number;
  visits: number;
  outcome: string;
  goals: string[];
  /** Every decision on the cause that was no "not yet". */
  decided: Decided[];
};

/** The end of an injection is known a little later than the fault is felt. */
const NOTICED_MEANWHILE_MS = 1000;
/** Customers have to be well served for so long before it is over, and before the next one begins. */
const QUIET_MS = 6000;
/** The monitor leaves the last 15 s out of what is usual, and signals that come as soon after an incident are absorbed. */
const CALM_MS = { first: 22_000, next: 16_000 };
const GIVE_UP_MS = 150_000;

/** `first`: nothing was measured before. */
export async function play(drill: Drill, stage: Stage, first: boolean): Promise<Played> {
  const { customers, hands } = stage;
  await stage.settle();
  await normality(stage, first ? CALM_MS.first : CALM_MS.next);
  const usual = median(customers.visits.slice(-200).map((v) => v.ms));
  await drill.inject(hands);
  // A release of a drill takes its time: what happens meanwhile is not its fault yet.
  const before = customers.visits.length;
  const injectedAt = Date.now();
  const goals = await untilOver(stage, drill, injectedAt - NOTICED_MEANWHILE_MS, usual);
  await drill.after?.(hands);
  const visits = customers.visits.slice(before);
  const bad = visits.filter((v) => !isFine(v, usual));
  const restored = isQuiet(customers.visits, usual, Date.now());
  const lastBad = lastOfTrouble(bad);
  const noticed = goals[0];
  const cause = causeOf(goals);
  const kept = goals.flatMap((g) => repairsIn(g, 'passed'));
  const undone = goals.flatMap((g) => repairsIn(g, 'failed'));
  const played: Played = {
    drill: drill.name,
    about: drill.about,
    detectedMs: noticed === undefined ? null : Date.parse(noticed.acceptedAt) - injectedAt,
    cause: cause ?? 'none',
    causeRight: drill.causes.length === 0 ? cause === null : cause !== null && drill.causes.includes(cause.split(': ')[0] ?? ''),
    repairs: kept,
    repairRight:
      kept.length === 0 ? drill.repairs.some((r) => r === 'none' || r === 'platform') : kept.every((r) => drill.repairs.some((one) => r.startsWith(`${one} `))),
    restoredMs: restored ? Math.max(0, lastBad - injectedAt) : null,
    undone: undone.length,
    failed: bad.filter((v) => !v.ok).length,
    slow: bad.filter((v) => v.ok).length,
    visits: visits.length,
    outcome: goals.map((g) => g.ended?.outcome ?? 'open').join(', ') || 'not noticed',
    goals: goals.map((g) => g.id),
    decided: await decidedIn(
      stage.bus,
      goals.map((g) => g.id),
    ),
  };
  await clean(stage, restored);
  return played;
}

/** Until customers are well served and every goal has ended; or for too long. */
async function untilOver(stage: Stage, drill: Drill, since: number, usual: number): Promise<GoalState[]> {
  const answered = new Set<string>();
  for (;;) {
    await sleep(500);
    const goals = await stage.remediations(since);
    for (const { id } of goals.filter((g) => asksPerson(g) && !answered.has(g.id))) {
      answered.add(id);
      await drill.person?.(stage.hands, id);
    }
    const elapsed = Date.now() - since;
    const over = goals.length > 0 && goals.every((g) => g.ended) && isQuiet(stage.customers.visits, usual, Date.now());
    // What a release brings may show later than any signal of the drill itself.
    if ((over && elapsed > 8000) || elapsed > GIVE_UP_MS) return goals;
    if (goals.length > 0 && goals.every((g) => g.ended && g.ended.outcome !== 'done') && elapsed > 60_000) return goals;
  }
}

const asksPerson = (goal: GoalState): boolean => goal.steps.some((s) => s.status === 'dispatched' && s.wait?.memo['asks'] === true);

const isQuiet = (visits: readonly Visit[], usual: number, now: number): boolean => {
  const recent = visits.filter((v) => v.at > now - QUIET_MS);
  // A busy machine makes one of them slow now and then.
  return recent.length > 50 && recent.filter((v) => !isFine(v, usual)).length <= 0.03 * recent.length;
};

async function normality(stage: Stage, calmMs: number): Promise<void> {
  const since = Date.now();
  const { visits } = stage.customers;
  while (Date.now() - since < calmMs || visits.slice(-100).some((v) => !v.ok)) {
    if (Date.now() - since > 90_000) throw new Error('customers of the patient are not served well, with nothing done to it');
    await sleep(250);
  }
}

/** A service that is still ill gets fresh processes by a release. */
async function clean({ patient, hands }: Stage, restored: boolean): Promise<void> {
  patient.afflict('front', null);
  patient.afflict('back', null);
  for (const stock of [patient.primary, patient.standby, patient.hints]) {
    stock.slowMs = 2;
    stock.fails = false;
    stock.notice = '';
    await stock.up();
    stock.mend?.();
  }
  if (!restored) await hands.release(`fresh-${Date.now()}`);
}

function causeOf(goals: readonly GoalState[]): string | null {
  const explained = goals.flatMap((g) => g.steps).find((s) => s.kind === 'explain-incident' && s.status === 'passed');
  const hypotheses = explained?.output?.['hypotheses'];
  const first = Array.isArray(hypotheses) ? (hypotheses[0] as { entity: string; cause: string } | undefined) : undefined;
  return first === undefined ? null : `${first.entity}: ${first.cause}`;
}

const repairsIn = (goal: GoalState, status: 'passed' | 'failed'): string[] =>
  goal.steps
    .filter((s) => s.kind === 'verify-repair' && s.status === status)
    .map((s) => REPAIR_INPUTS['verify-repair'].parse(s.input).repair)
    .map(({ kind, service }) => `${kind} ${service}`);

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 5;

/** The end of the trouble: the last bad visit that has others around it. Milliseconds since 1970, 0 without any. */
function lastOfTrouble(bad: readonly Visit[]): number {
  const last = bad.findLast((v, i) => bad.slice(Math.max(0, i - 5), i).filter((other) => v.at - other.at < 2000).length >= 3) ?? bad.at(-1);
  return last === undefined ? 0 : last.at + last.ms;
}
