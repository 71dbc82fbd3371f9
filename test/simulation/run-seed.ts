// One seed, one history: builds the installation, lets faults loose on it, ends them, and waits until every goal has ended.
import { ownPins } from '../../services/toolgate/src/own-pins.ts';
import { Broker } from './broker.ts';
import { MAX_LAG_MS } from './connection.ts';
import { Watch } from './invariants.ts';
import { NO_FAULTS, Network } from './network.ts';
import type { Faults } from './network.ts';
import { NEW } from './agents.ts';
import { ROLES, planOf } from './plans.ts';
import { abortGoal, openGoal, startAgent, startGate } from './processes.ts';
import type { Site } from './processes.ts';
import { randomOf } from './random.ts';
import type { Random } from './random.ts';
import { Outside } from './tools.ts';
import { World } from './world.ts';
import type { Proc, Violation } from './world.ts';

export type SeedResult = {
  seed: number;
  violation: Violation | null;
  outcomes: string[];
  events: number;
  commits: number;
  effects: number;
  kills: number;
  pauses: number;
  simulatedMs: number;
  trace: string[];
};

const ACK_WAIT_MS = 10_000;
const MAX_EVENTS = 60_000;
/** Longer than the latest message can be under way. */
const SETTLE_MS = 45_000;

/** Which faults this seed has, and how often. One in eight has none: the plain road must be right as well. */
function faultsOf(random: Random): Faults {
  if (random.chance(0.12)) return NO_FAULTS;
  const some = (p: number, list: readonly number[]) => (random.chance(p) ? random.pick(list) : 0);
  const cluster = random.chance(0.5);
  return {
    lose: some(0.5, [0.005, 0.02, 0.06]),
    late: some(0.4, [0.005, 0.02]),
    slow: some(0.5, [0.02, 0.1, 0.3]),
    stale: cluster ? some(0.7, [0.05, 0.3]) : 0,
    rivalry: cluster ? some(0.5, [0.02, 0.1]) : 0,
    kill: some(0.6, [0.001, 0.004, 0.012]),
    pause: some(0.5, [0.001, 0.004, 0.01]),
    cut: some(0.3, [0.001, 0.003]),
    crash: cluster ? 0 : some(0.4, [0.02, 0.1]),
    renew: some(0.15, [0.02, 0.1]),
    skewMs: some(0.3, [500, 30_000, 600_000]),
  };
}

export async function runSeed(seed: number, traced = false): Promise<SeedResult> {
  // Computed once per process, in real time: before any virtual time begins.
  await ownPins();
  const random = randomOf(seed);
  const world = new World(random, traced);
  const faults = faultsOf(random);
  const network = new Network(world, faults);
  const streams = { GOALS: ['awo.log.'], TIMERS: ['awo.timer.', 'awo.due.'], KV_effects: ['$KV.effects.'] };
  const broker = new Broker(world, streams, [
    ...ROLES.map((name) => ({ stream: 'GOALS', name, takes: (s: string) => s.endsWith(`.${name}`), ackWaitMs: ACK_WAIT_MS, keeps: true })),
    ...ROLES.map((name) => ({ stream: 'TIMERS', name, takes: (s: string) => s.startsWith(`awo.due.${name}.`), ackWaitMs: ACK_WAIT_MS, keeps: false })),
  ]);
  const outside = new Outside();
  const watch = new Watch(world, broker, outside);
  const procs: Proc[] = [];
  const count = { kills: 0, pauses: 0, started: 0 };
  let calm = false;
  world.say(() => `faults ${JSON.stringify(faults)}`);

  const spawn = (name: string, boot: (proc: Proc) => void): Proc => {
    const skewMs = random.chance(0.5) ? Math.round(random.between(-faults.skewMs, faults.skewMs)) : 0;
    const proc: Proc = { name: `${name}-${++count.started}`, alive: true, pausedUntil: 0, cutUntil: 0, skewMs, stopping: new AbortController() };
    const restart = () => world.after(random.between(100, 4000), null, () => procs.splice(procs.indexOf(proc), 1, spawn(name, boot)));
    endings.set(proc, restart);
    world.say(() => `${proc.name} starts`);
    world.after(random.between(0, 20), proc, () => boot(proc));
    return proc;
  };
  const endings = new Map<Proc, () => void>();
  const kill = (proc: Proc) => {
    count.kills++;
    world.say(() => `${proc.name} is killed`);
    proc.alive = false;
    // The broker notices a closed connection at once, an unplugged one later.
    world.after(random.chance(0.7) ? 1 : 8000, null, () => network.disconnect(proc));
    endings.get(proc)?.();
  };
  world.beforeEvent = (proc) => {
    if (calm) return;
    if (random.chance(faults.kill)) kill(proc);
    else if (random.chance(faults.pause)) {
      count.pauses++;
      proc.pausedUntil = world.now + random.between(100, 35_000);
      world.say(() => `${proc.name} stands still until ${(proc.pausedUntil / 1000).toFixed(3)}`);
    } else if (random.chance(faults.cut)) network.cutOff(proc, random.between(100, 20_000));
  };

  let tool: Proc;
  const site: Site = { network, broker, watch, tools: { proc: () => tool, outside } };
  const startTool = (): Proc => spawn('tools', (proc) => void (tool = proc));
  procs.push((tool = startTool()));
  for (let i = 0; i < 2; i++) procs.push(spawn('toolgate', (proc) => startGate(proc, site)));
  for (const role of ROLES) for (let i = random.int(1, 2); i > 0; i--) procs.push(spawn(role, (proc) => startAgent(proc, role, site)));

  const goals = Array.from({ length: random.chance(0.3) ? 2 : 1 }, (_, i) => ({ goal: `g${String(seed % 1e6).padStart(6, '0')}000${i}`, service: `cart${i}` }));
  const once = (goal: string, author: 'impact' | 'operator') => ({
    goal,
    author,
    done: (written: boolean | null, proc: Proc) => {
      if (written === false && watch.goals.get(goal)?.lastBy === proc.name)
        world.fail('told-the-truth', `${proc.name} was told that its event was not written`);
    },
  });
  network.onHanded = (to, subject, data) => {
    if (subject.startsWith('awo.tool.')) watch.asked(to, data);
  };
  watch.clocksAgree = faults.skewMs === 0;
  watch.lagMs = faults.stale > 0 ? MAX_LAG_MS : 0;
  for (const { goal, service } of goals) {
    const plan = planOf(random, service);
    world.say(() => `plan of ${goal}: ${plan.map((s) => `${s.id}(${s.role} ${JSON.stringify(s.input)})`).join(' ')}`);
    for (let i = random.int(1, 2); i > 0; i--) procs.push(spawn('opener', (proc) => openGoal(proc, site, once(goal, 'impact'), plan)));
    if (random.chance(0.2)) {
      const at = random.between(200, 15_000);
      world.after(at, null, () => procs.push(spawn('operator', (proc) => abortGoal(proc, site, once(goal, 'operator')))));
    }
  }
  if (faults.crash + faults.renew > 0) {
    const tick = () => {
      if (calm) return;
      if (random.chance(faults.crash)) {
        network.breakOff(random.between(50, 6000));
        broker.crash(random.between(0, 1000));
        world.say(() => `broker dies, back at ${(network.brokerAwayUntil / 1000).toFixed(3)}`);
      } else if (random.chance(faults.renew)) {
        const consumer = random.pick([...broker.consumers.values()]);
        consumer.renew();
        world.say(() => `the consumer ${consumer.spec.stream}/${consumer.spec.name} is made anew`);
      }
      world.after(1000, null, tick);
    };
    world.after(1000, null, tick);
  }
  const calmDown = () => {
    calm = true;
    network.faults = NO_FAULTS;
    network.brokerAwayUntil = 0;
    for (const proc of procs) Object.assign(proc, { cutUntil: 0 });
    world.say(() => 'no more faults');
  };
  if (faults === NO_FAULTS) calmDown();
  else world.after(random.between(3000, 90_000), null, calmDown);

  let endedAt: number | null = null;
  world.afterEvent = () => {
    if (world.violation) return;
    const stuck = watch.stuck();
    if (stuck) world.fail('never-stuck', stuck);
  };
  await world.run(() => {
    const ended = goals.every(({ goal }) => watch.goals.get(goal)?.state.ended);
    if (ended) endedAt ??= world.now;
    if (endedAt !== null && !calm) calmDown();
    return endedAt !== null && world.now > endedAt + SETTLE_MS;
  }, MAX_EVENTS);
  for (const { goal, service } of goals) {
    const wrong = watch.outsideAgainst(goal, service, NEW);
    if (wrong) world.fail('outside-as-told', wrong);
  }
  return {
    seed,
    violation: world.violation,
    outcomes: goals.map(({ goal }) => watch.goals.get(goal)?.state.ended?.outcome ?? 'open'),
    events: world.events,
    commits: goals.reduce((n, { goal }) => n + broker.all('GOALS', `awo.log.${goal}.>`).length, 0),
    effects: outside.ledger.length + outside.mails.length,
    kills: count.kills,
    pauses: count.pauses,
    simulatedMs: world.now,
    trace: world.trace ?? [],
  };
}
