// Pods that no node takes: what they ask for against what the nodes have. Pure.
import { containersOf, isHurt, isPodReady, phaseOfPod, saidOf, wantedReplicas } from '../containers.ts';
import { dig, items, list, quantityOf, word, words, type Fields } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { fulfils, type Workload, type World } from '../world.ts';

const isCordoned = (node: Resource): boolean => dig(node.spec, 'unschedulable') === true;
const taintsOf = (node: Resource): Fields[] => list(node.spec, 'taints').filter((t) => word(t, 'effect') !== 'PreferNoSchedule');
const BY_ITSELF = /^node\.kubernetes\.io\/|^node-role\.kubernetes\.io\//;

export const schedulingRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    const waits =
      w.pods.length === 0
        ? w.events.some((e) => e.reason === 'FailedScheduling')
        : w.pods.some((p) => phaseOfPod(p) === 'Pending' && word(p.spec, 'nodeName') === '');
    const said = saidOf(w).filter((s) => s.reason === 'FailedScheduling' || s.reason === 'Unschedulable' || /nodes are available/i.test(s.message));
    const found = [
      ...unplaceable(world, w, waits || said.length > 0, said.map((s) => s.message).join(' | ')),
      ...(waits || said.length > 0 ? spoken(world, w, said) : []),
    ];
    const seen = new Set<string>();
    return found.filter((f) => !seen.has(f.cause) && seen.add(f.cause));
  });

/** By comparison of what is declared; a pod that runs all the same is not hurt by it. */
function unplaceable(world: World, w: Workload, waits: boolean, said: string): Finding[] {
  const nodes = world.of('Node');
  const bound = word(w.resource.kind === 'Pod' ? {} : w.template, 'nodeName');
  // The scheduler has no part in a pod whose node is written down.
  const isBound = bound !== '' && w.pods.some((p) => word(p.spec, 'nodeName') === bound && !isPodReady(p));
  if (nodes.length === 0 || (!waits && !isBound && w.pods.length > 0)) return [];
  const found: Finding[] = [];
  const strength = waits || isBound ? 'proven' : 'declared';
  const add = (cause: string, says: string, repair: string): void => void found.push(finding(w.resource, cause, strength, `${says} ${said}`.trim(), repair));
  const selector = words(w.template, 'nodeSelector');
  const wrong = Object.entries(selector).filter(([key, value]) => !nodes.some((n) => n.labels[key] === value));
  const labelled = nodes.some((n) => Object.keys(n.labels).length > 0);
  if (labelled && wrong.length > 0) {
    const off = wrong.map(([k, v]) => `${k}=${v}`).join(', ');
    add('node-selector-mismatch', `It asks for a node with ${off}; none of ${nodes.length} has that.`, 'Label a node so, or correct the selector.');
  }
  const terms = list(w.template, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  if (
    labelled &&
    terms.length > 0 &&
    !nodes.some((n) =>
      terms.some((t) =>
        list(t, 'matchExpressions').every((rule) => fulfils(rule, { ...n.labels, 'kubernetes.io/hostname': n.labels['kubernetes.io/hostname'] ?? n.name })),
      ),
    )
  )
    add('node-affinity-mismatch', `Its node affinity fits none of ${nodes.length} nodes.`, 'Correct the affinity, or label a node so.');
  if (bound !== '' && !nodes.some((n) => n.name === bound)) add('node-name-unknown', `It is bound to node ${bound}, which is not there.`, 'Drop nodeName.');
  for (const [resource, cause] of [
    ['cpu', 'cpu-capacity-exceeded'],
    ['memory', 'memory-capacity-exceeded'],
  ] as const) {
    const wanted = containersOf(w)
      .filter((c) => !c.init)
      .reduce(
        (sum, c) => sum + (quantityOf(dig(c.spec, 'resources', 'requests', resource)) ?? quantityOf(dig(c.spec, 'resources', 'limits', resource)) ?? 0),
        0,
      );
    const most = Math.max(
      ...nodes.map((n) => quantityOf(dig(n.status, 'allocatable', resource)) ?? quantityOf(dig(n.status, 'capacity', resource)) ?? Number.NaN),
    );
    if (wanted > 0 && most < wanted)
      add(cause, `It asks for ${resource} ${wanted}; the largest node has ${most}.`, `Ask for less ${resource}, or add a larger node.`);
  }
  const name = word(w.template, 'schedulerName');
  if (name !== '' && name !== 'default-scheduler')
    add('unknown-scheduler', `It waits for scheduler ${name}.`, 'Use default-scheduler, or start that scheduler.');
  return found;
}

/** The place of its pods was given to one of higher priority: that one is to be asked why. */
export const preemptionRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    const said = w.events.find((e) => e.reason === 'Preempted');
    const by = said === undefined || isHurt(w) === false ? undefined : preemptor(world, w, said.message);
    return by === undefined || said === undefined
      ? []
      : [
          finding(
            by.resource,
            'priority-preemption',
            'proven',
            `It took the place of ${w.resource.entity}${word(by.template, 'priorityClassName') ? ` by priority class ${word(by.template, 'priorityClassName')}` : ''}. ${said.message}`,
            'Lower its priority or what it asks for, or add a node.',
            { victims: [w.resource] },
          ),
        ];
  });

/** "Preempted by pod 0b6f-... on node n1", or by its name in older ones. */
function preemptor(world: World, w: Workload, message: string): Workload | undefined {
  const named = /by (?:pod )?(?:[\w.-]+\/)?([\w.-]+)/.exec(message)?.[1] ?? '';
  return world.workloads.find((one) => one !== w && one.pods.some((p) => p.name === named || (named !== '' && word(p.metadata, 'uid') === named)));
}

const SAID: readonly (readonly [RegExp, string, string])[] = [
  [/Insufficient cpu/i, 'cpu-capacity-exceeded', 'Ask for less CPU, or add a node.'],
  [/Insufficient memory/i, 'memory-capacity-exceeded', 'Ask for less memory, or add a node.'],
  [/Insufficient ephemeral-storage/i, 'disk-capacity-exceeded', 'Ask for less storage, or add a node.'],
  [/Insufficient \S+/i, 'device-capacity-exceeded', 'Ask for what nodes have.'],
  [/Too many pods/i, 'pod-capacity-exceeded', 'Add a node, or raise the number of pods per node.'],
  [/anti-affinity/i, 'pod-anti-affinity-conflict', 'Relax the anti-affinity, or add nodes.'],
  [/pod affinity rules/i, 'pod-affinity-mismatch', 'Correct the affinity: no pod that it wants to be near runs.'],
  [/ReadWriteOncePod/i, 'access-mode-mismatch', 'Let one pod use the claim, or ask for another mode.'],
  [/exceeds? limits? for nodepool|max node group size reached[^|]*$/i, 'node-pool-limit-exceeded', 'Raise the limit of the pool, or ask for less.'],
  [/max volume count/i, 'volume-limit-exceeded', 'Add a node, or use fewer volumes.'],
  [/topology spread constraints/i, 'topology-spread-conflict', 'Relax the spread, or add nodes.'],
  [/volume node affinity conflict/i, 'volume-node-conflict', 'Put the pod where its volume is.'],
  [/didn'?t find available persistent volumes|unbound immediate PersistentVolumeClaims/i, 'volume-claim-unbound', 'Look at the claim.'],
];

function spoken(world: World, w: Workload, said: { message: string; where: string }[]): Finding[] {
  const all = said.map((s) => s.message).join(' | ');
  const make = (on: Resource, cause: string, repair: string, strength: 'proven' | 'seen' = 'proven') =>
    finding(on, cause, strength, all, repair, { where: said[0]?.where ?? '' });
  const found: Finding[] = [];
  const isPreempted = w.events.some((e) => e.reason === 'Preempted');
  if (/node affinity\/selector|node selector|didn'?t match Pod'?s node affinity/i.test(all)) {
    const both = Object.keys(words(w.template, 'nodeSelector')).length > 0;
    found.push(make(w.resource, both ? 'node-selector-mismatch' : 'node-affinity-mismatch', 'Correct the selector, or label a node so.'));
  }
  const taints = [...all.matchAll(/(?:untolerated|had) taint \{([^}:]+)/gi)].map((m) => (m[1] ?? '').trim()).filter((taint) => !BY_ITSELF.test(taint));
  if (taints[0] !== undefined) found.push(make(w.resource, 'taint-not-tolerated', `Tolerate ${taints[0]}, or remove the taint.`));
  const cordoned = world.of('Node').filter(isCordoned);
  if (/were unschedulable|node\.kubernetes\.io\/unschedulable/i.test(all))
    found.push(
      ...(cordoned.length > 0 ? cordoned.map((n) => make(n, 'node-cordoned', `Uncordon ${n.name}.`)) : [make(w.resource, 'node-cordoned', 'Uncordon a node.')]),
    );
  for (const [pattern, cause, repair] of SAID)
    if (pattern.test(all) && !(cause === 'device-capacity-exceeded' && /Insufficient (cpu|memory|ephemeral)/i.test(all)))
      found.push(make(w.resource, cause, repair, cause === 'volume-claim-unbound' || isPreempted ? 'seen' : 'proven'));
  if (found.length > 0 || said.length > 0) return found;
  const idle = w.pods.some(
    (p) => word(p.spec, 'nodeName') === '' && items(p.status['conditions']).every((c) => word(c, 'type') !== 'PodScheduled' || word(c, 'message') === ''),
  );
  const scheduler = world.all.find((r) => r.kind === 'Pod' && r.name.startsWith('kube-scheduler'));
  // Nobody even tried: neither a node nor a refusal.
  return idle
    ? [make(scheduler ?? w.resource, 'scheduler-unavailable', 'Look at the scheduler of the cluster.', 'seen')].map((f) => ({
        ...f,
        says: `Pods of ${w.resource.entity} wait without any word of the scheduler.`,
      }))
    : [];
}

/** Declared alone, without a word of the scheduler: pods that have to be apart, taints on all nodes, cordoned nodes. */
export const placementRules = (world: World): Finding[] => {
  const nodes = world.of('Node');
  if (nodes.length === 0) return [];
  const taken = nodes.every((n) => taintsOf(n).some((t) => !BY_ITSELF.test(word(t, 'key'))));
  return world.workloads.flatMap((w) => {
    const waits = w.pods.some((p) => phaseOfPod(p) === 'Pending' && word(p.spec, 'nodeName') === '');
    const apart = list(w.template, 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
    const free = nodes.filter((n) => !isCordoned(n)).length;
    const tolerated = (n: Resource) =>
      taintsOf(n).every((t) =>
        list(w.template, 'tolerations').some(
          (o) => (word(o, 'key') === word(t, 'key') || word(o, 'key') === '') && (word(o, 'operator') === 'Exists' || word(o, 'value') === word(t, 'value')),
        ),
      );
    if (waits && apart.length > 0 && (wantedReplicas(w) ?? 1) > free)
      return [
        finding(
          w.resource,
          'pod-anti-affinity-conflict',
          'declared',
          `${wantedReplicas(w)} copies have to be on nodes of their own; ${free} are free.`,
          'Relax the anti-affinity, or add nodes.',
        ),
      ];
    if (waits && taken && !nodes.some(tolerated))
      return [
        finding(w.resource, 'taint-not-tolerated', 'declared', 'Every node carries a taint that it does not tolerate.', 'Tolerate one, or remove the taint.'),
      ];
    return [];
  });
};
