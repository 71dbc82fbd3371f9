// Every metric and every label that leaves the system, named in one place. Labels are closed sets: no goal, step, commit or address is ever one.

type MetricSpec = { name: string; kind: 'counter' | 'histogram' | 'gauge' | 'observed-counter'; unit: string; description: string };

/** Names follow OpenTelemetry: dots between namespaces, seconds, units in braces. Prometheus shows dots as underscores, and `_total` after counters. */
export const METRICS = {
  /** Per process. */
  ready: { name: 'awo.service.ready', kind: 'gauge', unit: '1', description: '1 while the process reaches its bus and its consumers, else 0' },
  handover: { name: 'awo.handover.duration', kind: 'histogram', unit: 's', description: 'From a commit being stored to the next agent taking it up' },
  step: { name: 'awo.step.duration', kind: 'histogram', unit: 's', description: 'One look at a step by its agent: gather, decide, act and commit' },
  redeliveries: {
    name: 'awo.redeliveries',
    kind: 'counter',
    unit: '{delivery}',
    description: 'Messages that came again, because somebody died or asked for it',
  },
  conflicts: {
    name: 'awo.commit.conflicts',
    kind: 'counter',
    unit: '{commit}',
    description: 'Commits refused because somebody else was first; each is rebased',
  },
  deferred: { name: 'awo.commit.deferred', kind: 'counter', unit: '{delivery}', description: 'Deliveries left for a newer version of the service' },
  poison: { name: 'awo.commit.poison', kind: 'counter', unit: '{commit}', description: 'Messages in the log that are no commits' },
  timerLateness: { name: 'awo.timer.lateness', kind: 'histogram', unit: 's', description: 'From a timer firing to its step being looked at' },
  effects: { name: 'awo.effects', kind: 'counter', unit: '{effect}', description: 'Actions that change something, by how each ended' },
  toolCall: { name: 'awo.tool.call.duration', kind: 'histogram', unit: 's', description: 'Requests at the tool gate, from arrival to answer' },
  intake: { name: 'awo.intake.goals', kind: 'counter', unit: '{goal}', description: 'Goals from outside: accepted, repeated, refused' },
  /** Of the whole installation, told by the observer alone. */
  goals: { name: 'awo.goals', kind: 'gauge', unit: '{goal}', description: 'Goals that have not ended' },
  goalsEnded: { name: 'awo.goals.ended', kind: 'observed-counter', unit: '{goal}', description: 'Goals that have ended, by outcome' },
  goalsStuck: {
    name: 'awo.goals.stuck',
    kind: 'gauge',
    unit: '{goal}',
    description: 'Goals that nothing will move any more, or that have been silent for too long; must be 0',
  },
  goalOldest: { name: 'awo.goals.oldest.silence', kind: 'gauge', unit: 's', description: 'How long the goal that has been silent longest has been so' },
  timersLate: {
    name: 'awo.timers.late',
    kind: 'gauge',
    unit: '{timer}',
    description: 'Timers whose time has passed by more than five seconds without their step being looked at',
  },
  consumerPending: { name: 'awo.consumer.pending', kind: 'gauge', unit: '{message}', description: 'Messages that wait for a replica' },
  consumerAckPending: { name: 'awo.consumer.ack_pending', kind: 'gauge', unit: '{message}', description: 'Messages in work, or handed back for later' },
  consumerWaiting: {
    name: 'awo.consumer.waiting',
    kind: 'gauge',
    unit: '{request}',
    description: 'Pulls of replicas that have nothing to do; 0 for long means that nobody listens',
  },
  storeBytes: { name: 'awo.store.usage', kind: 'gauge', unit: 'By', description: 'Bytes of all streams on disk' },
  storeFree: { name: 'awo.store.free', kind: 'gauge', unit: 'By', description: 'Bytes free on the disk of the streams; absent where that is another machine' },
  storeCapacity: { name: 'awo.store.capacity', kind: 'gauge', unit: 'By', description: 'Bytes of that disk' },
  observerLag: { name: 'awo.observer.lag', kind: 'gauge', unit: '{message}', description: 'Commits that the observer has not counted yet' },
  /** Told by the archiver alone. */
  archiveRounds: { name: 'awo.archive.rounds', kind: 'counter', unit: '{round}', description: 'Looks of the archiver at the log, by how each ended' },
  archiveGoals: { name: 'awo.archive.goals', kind: 'gauge', unit: '{goal}', description: 'Goals that have left the log' },
  archiveKept: {
    name: 'awo.archive.kept',
    kind: 'gauge',
    unit: '{goal}',
    description: 'Finished goals that stay in the log because they are not as they should be; must be 0',
  },
  /** Told by the verifier alone. */
  verifierViolations: {
    name: 'awo.verifier.violations',
    kind: 'gauge',
    unit: '{violation}',
    description: 'Places where the log is not what it was; must be 0',
  },
  verifierLag: { name: 'awo.verifier.lag', kind: 'gauge', unit: '{commit}', description: 'Sequences of the log that the verifier has not walked yet' },
  verifierLookAge: {
    name: 'awo.verifier.look.age',
    kind: 'gauge',
    unit: 's',
    description: 'Since everything that is signed was last looked at again, to the end',
  },
} as const satisfies Record<string, MetricSpec>;
export type MetricKey = keyof typeof METRICS;

export const LABEL = {
  role: 'awo.role',
  outcome: 'awo.outcome',
  capability: 'gen_ai.tool.name',
  goalKind: 'awo.goal.kind',
  goalState: 'awo.goal.state',
  reason: 'awo.reason',
  stream: 'messaging.destination.name',
  consumer: 'messaging.consumer.group.name',
} as const;

/** How Prometheus shows a metric: what dashboards and rules name. Histograms have `_bucket`, `_sum` and `_count` behind it. */
export function prometheusName(key: MetricKey): string {
  const { name, kind } = METRICS[key];
  return name.replaceAll('.', '_') + (kind === 'counter' || kind === 'observed-counter' ? '_total' : '');
}
