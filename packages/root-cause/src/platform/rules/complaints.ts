// What the platform itself complains of in events and conditions, on any kind of object: known words first, then any others by their own name. Pure.
import { timeOf } from '../../evidence.ts';
import { isHurt, saidOf } from '../containers.ts';
import { list, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { PlatformEvent, Resource } from '../resource.ts';
import type { World } from '../world.ts';

type Said = { reason: string; message: string; where: string; isWrong?: boolean; since?: number | null };
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
  const said: Said[] = w === undefined ? [...eventsOf(world, r), ...conditionsOf(r)] : saidOf(w);
  const seen = new Set<string>();
  return said.flatMap((s) => {
    const known = KNOWN.find(([kinds, words]) => kinds.test(r.kind) && words.test(`${s.reason} ${s.message}`));
    const cause = known?.[2] ?? (isUnknown(s) ? slugOf(s.reason) : s.isWrong === true ? slugOf(s.reason) || slugOf(typeOf(s.where)) : '');
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
  conditionsOf(r).length === 0;

const eventsOf = (world: World, r: Resource): Said[] =>
  r.events
    .filter((e) => (e.warning || /JobAlreadyActive/.test(e.reason)) && !isOver(world, r, e))
    .map((e) => ({ reason: e.reason, message: e.message, where: `${r.entity} event ${e.reason}` }));

/** Conditions that are as they should not be: of most, False is bad; of some, True. */
const GOOD =
  /(Ready|Available|Healthy|Accepted|Programmed|Resolved\w*|Established|Synced|Reconcil\w+|Issued|Bound|Succeeded|Valid|Initialized|NamesAccepted|AbleToScale|ScalingActive)$/;
const BAD = /(Fail\w*|Pressure|Unavailable|Degraded|Stalled|Conflict\w*|Problem|Deadlock|Readonly\w*|Error\w*|Lost|Blocked|Invalid)$/;
const conditionsOf = (r: Resource): Said[] =>
  list(r.status, 'conditions')
    .filter((c) => (GOOD.test(word(c, 'type')) && word(c, 'status') === 'False') || (BAD.test(word(c, 'type')) && word(c, 'status') === 'True'))
    .map((c) => ({
      reason: word(c, 'reason') || word(c, 'type'),
      message: `${word(c, 'type')} is ${word(c, 'status')}. ${word(c, 'message')}`,
      where: `${r.entity} condition ${word(c, 'type')}`,
      isWrong: true,
      since: timeOf(word(c, 'lastTransitionTime')),
    }));

/** Of a workload, reasons that other rules read or that tell only that it is down. */
const COMMON =
  /^(Unhealthy|BackOff|Failed|FailedScheduling|FailedCreate|FailedMount|FailedAttachVolume|Killing|Evicted|CrashLoopBackOff|Err\w*|Image\w*|InvalidImageName|Create\w+Error|RunContainerError|ContainersNot\w+|MinimumReplicas\w+|ProgressDeadlineExceeded|NodeNotReady|Unschedulable|PodInitializing|ContainerCreating|Completed|Error|OOMKilled|PodFailed|ReplicaSetUpdated|NewReplicaSet\w+|FoundNewReplicaSet|BackoffLimitExceeded|DeadlineExceeded|TaintManagerEviction|Preempted|StartError|ContainerCannotRun|PodCompleted|Pending|Running|DeploymentPaused|Unknown)?$/;
const isUnknown = (s: Said): boolean =>
  !COMMON.test(s.reason) &&
  /Fail|Error|Invalid|Unavailable|Denied|Forbidden|Conflict|Missing|NotFound|Exceeded|Timeout|Unhealthy|Refused|Lost|Mismatch|Exhausted|Full|Deadlock|Down$|OOM|Problem/i.test(
    s.reason,
  );
const typeOf = (where: string): string => where.split(' ').at(-1) ?? '';
const slugOf = (reason: string): string =>
  COMMON.test(reason) || !/^[A-Za-z][\w.-]*$/.test(reason)
    ? ''
    : reason
        .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
        .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
        .replace(/[._]+/g, '-')
        .toLowerCase();
