// What the platform itself complains of in events and conditions, on any kind of object: known words first, then any others by their own name. Pure.
import { wrongConditions, wrongPhase, type Said } from '../conditions.ts';
import { isHurt, isPodReady, saidOf } from '../containers.ts';
import { list } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { PlatformEvent, Resource } from '../resource.ts';
import type { Workload, World } from '../world.ts';

/** Reason and message in one text; the kinds that it may be said of. */
const KNOWN: readonly (readonly [kinds: RegExp, words: RegExp, cause: string, repair: string])[] = [
  [
    /Node/,
    /(containerd|docker|crio?|runtime)[^\n]{0,80}(refused|not running|down|unhealthy|sock)/i,
    'container-runtime-unavailable',
    'Start the container runtime of the node.',
  ],
  [/./, /PostStartHook/i, 'post-start-hook-failing', 'Correct the command of the hook after the start.'],
  [/./, /PreStopHook/i, 'pre-stop-hook-failing', 'Correct the command of the hook before the stop.'],
  [/./, /invalid environment variable names/i, 'environment-names-invalid', 'Rename the keys to names of variables.'],
  [
    /./,
    /no (more )?(IP|free) address(es)?( are)? (available|left)|failed to allocate for range|InsufficientFreeAddresses|out of (IP )?addresses/i,
    'pod-addresses-exhausted',
    'Widen the range of addresses of pods, or free some.',
  ],
  [/./, /(seccomp|apparmor)/i, 'security-context', 'Load the profile onto the nodes, or name one that is there.'],
  [
    /./,
    /FailedCreatePodSandBox|failed to (create|set ?up) (pod )?sandbox|FailedKillPod/i,
    'pod-sandbox-failed',
    'Look at the container runtime and the network plugin of the node.',
  ],
  [
    /Service/,
    /(SyncLoadBalancer|EnsureLoadBalancer|CreatingLoadBalancer|UpdateLoadBalancer)Failed|ensure load balancer/i,
    'load-balancer-failed',
    'Look at the quota, the subnets and the permissions at the provider.',
  ],
  [
    /Node/,
    /FreeDiskSpaceFailed|ImageGCFailed|ContainerGCFailed|EvictionThresholdMet.*(disk|storage)|InvalidDiskCapacity/i,
    'node-disk-pressure',
    'Free the disk of the node.',
  ],
  [/Node/, /SystemOOM|EvictionThresholdMet.*memory/i, 'node-memory-pressure', 'Move pods from the node, or give them limits.'],
  [/Node/, /KernelDeadlock|ReadonlyFilesystem|read-only file ?system/i, 'node-file-system-read-only', 'Drain and repair the node.'],
  [/./, /SchedulingGated/, 'scheduling-gate', 'Look at what should open the gate, or remove it.'],
  [/./, /ReadinessGatesNotReady/, 'readiness-gate', 'Look at what should set that condition, or remove the gate.'],
  [/CronJob/, /JobAlreadyActive|prior execution is running/i, 'job-already-active', 'End the run that hangs, or let runs be replaced.'],
  [/Node/, /conntrack/i, 'node-conntrack-full', 'Raise the size of the table of connections, or find who opens so many.'],
  [/Node/, /\bNTP|clock.?(skew|drift)|chrony/i, 'node-clock-skew', 'Start the time service of the node.'],
  [
    /CronJob/,
    /TooManyMissedTimes|FailedNeedsStart|MissSchedule|missed start time|UnparseableSchedule|UnknownTimeZone/i,
    'job-schedule',
    'Correct the schedule, or the deadline for its start.',
  ],
  [
    /APIService/,
    /FailedDiscoveryCheck|MissingEndpoints|ServiceNotFound|ServiceAccessError|EndpointsNotFound/i,
    'api-service-unavailable',
    'Look at the service behind that part of the API.',
  ],
];

export const complaintRules = (world: World): Finding[] => {
  const owned = new Set(world.workloads.flatMap((w) => w.pods).filter((p) => !world.workloads.some((w) => w.resource === p)));
  return world.all.filter((r) => !owned.has(r) && r.kind !== 'ReplicaSet').flatMap((r) => complaints(world, r));
};

function complaints(world: World, r: Resource): Finding[] {
  const w = world.workloads.find((one) => one.resource === r);
  const hurt = w === undefined ? undefined : isHurt(w);
  const said: Said[] = w === undefined ? [...eventsOf(world, r), ...wrongConditions(r), ...wrongPhase(r)] : [...saidOf(w), ...wrongPods(w), ...wrongPhase(r)];
  const seen = new Set<string>();
  return said.flatMap((s) => {
    const known = KNOWN.find(([kinds, words]) => kinds.test(r.kind) && words.test(`${s.reason} ${s.message}`));
    const cause = known?.[2] ?? (isUnknown(s) || (s.isWrong === true && w !== undefined) ? slugOf(s.reason) : s.isWrong === true ? plainSlug(s.reason) : '');
    if (cause === '' || seen.has(cause) || (known === undefined && hurt === false)) return [];
    seen.add(cause);
    const says = s.message || s.reason;
    // Several complaints of one object in unknown words: the first that was said is as good as the next.
    return [
      finding(r, cause, known === undefined ? 'noted' : 'proven', says, known?.[3] ?? 'Look at what it complains of.', {
        where: s.where,
        since: s.since ?? null,
      }),
    ];
  });
}

/** A node that says it is well again has got over what it complained of. */
const OVER_MS = 20 * 60_000;
const isOver = (world: World, r: Resource, e: PlatformEvent): boolean =>
  r.kind === 'Node' &&
  (e.age ?? (e.at === null || world.clock.takenAt === null ? 0 : world.clock.takenAt - e.at)) > OVER_MS &&
  list(r.status, 'conditions').length > 0 &&
  wrongConditions(r).length === 0;

const eventsOf = (world: World, r: Resource): Said[] =>
  r.events
    .filter((e) => (e.warning || /JobAlreadyActive/.test(e.reason)) && !isOver(world, r, e))
    .map((e) => ({ reason: e.reason, message: e.message, where: `${r.entity} event ${e.reason}` }));

/** Why copies that are not ready are not, in the platform's words. */
const wrongPods = (w: Workload): Said[] => (isHurt(w) === true ? w.pods.filter((p) => !isPodReady(p)).flatMap(wrongConditions) : []);

/** Of a workload, reasons that other rules read or that tell only that it is down. */
const COMMON =
  /^(Unhealthy|BackOff|Failed|FailedScheduling|FailedCreate|FailedMount|FailedAttachVolume|Killing|Evicted|CrashLoopBackOff|Err(Image|Pull)\w*|Image\w*|InvalidImageName|Create\w+Error|RunContainerError|ContainersNot\w+|MinimumReplicas\w+|ProgressDeadlineExceeded|NodeNotReady|Unschedulable|PodInitializing|ContainerCreating|Completed|Error|OOMKilled|PodFailed|ReplicaSetUpdated|NewReplicaSet\w+|FoundNewReplicaSet|BackoffLimitExceeded|DeadlineExceeded|TaintManagerEviction|Preempted|StartError|ContainerCannotRun|PodCompleted|Pending|Running|DeploymentPaused|Unknown|NodeLost|(Not)?(Ready|ContainersReady|Initialized|PodScheduled|Available|Progressing))?$/;
const isUnknown = (s: Said): boolean =>
  !COMMON.test(s.reason) &&
  /Fail|Error|Invalid|Unavailable|Denied|Forbidden|Conflict|Missing|NotFound|Exceeded|Timeout|Unhealthy|Refused|Lost|Mismatch|Exhausted|Full|Deadlock|Down$|OOM|Problem/i.test(
    s.reason,
  );
const slugOf = (reason: string): string => (COMMON.test(reason) ? '' : plainSlug(reason));
const plainSlug = (reason: string): string =>
  !/^[A-Za-z][\w.-]*$/.test(reason)
    ? ''
    : reason
        .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
        .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
        .replace(/[._]+/g, '-')
        .toLowerCase();
