// Containers that end, are killed or cannot be made. Pure.
import { containersOf, portsOf, saidOf, statesOf } from '../containers.ts';
import { timeOf } from '../../evidence.ts';
import { dig, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import { isLongAgo, sinceOf } from '../standing.ts';
import type { Workload, World } from '../world.ts';

export const crashRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => [...killed(world, w), ...unmade(w), ...portTaken(w), ...unstarted(w), ...ended(w)]);

function killed(world: World, w: Workload): Finding[] {
  // What was killed long ago and has been well since is no part of this.
  const states = statesOf(w).filter((s) => !s.ready || !isLongAgo(s.endedAt, world.clock));
  const hit = states.find((s) => s.ended === 'OOMKilled' || /OOMKilled/.test(s.message));
  const said = saidOf(w).find((s) => /OOMKill|out of memory/i.test(`${s.reason} ${s.message}`));
  const evicted = saidOf(w).find((s) => s.reason === 'Evicted');
  const found: Finding[] = [];
  if (hit !== undefined || said !== undefined) {
    const limit = word(containersOf(w).find((c) => c.name === hit?.container)?.spec, 'resources', 'limits', 'memory');
    found.push(
      finding(
        w.resource,
        'oom-killed',
        'proven',
        `${hit?.container ?? 'A container'} was killed for its use of memory${limit ? ` (limit ${limit})` : ''}, ${hit?.restarts ?? 0} restarts.`,
        'Raise the memory limit within what the node has, or find the leak.',
        {
          where: hit ? `${hit.pod.entity} container ${hit.container}` : (said?.where ?? ''),
          since: hit?.endedAt ?? null,
          nextCheck: 'Compare the use of memory with the limit before the kill.',
        },
      ),
    );
  }
  const late = on(w, 'DeadlineExceeded');
  if (late !== undefined && w.resource.kind !== 'Job' && w.resource.kind !== 'CronJob')
    found.push(finding(w.resource, 'pod-deadline-exceeded', 'proven', late, 'Remove activeDeadlineSeconds from the template.', {}));
  if (evicted !== undefined)
    found.push(
      finding(w.resource, 'evicted', 'seen', evicted.message || 'A pod was evicted.', 'Free the resource that its node ran out of.', {
        where: evicted.where,
        since: evicted.where.includes(' event ') ? null : timeOf(word(w.pods.find((p) => word(p.status, 'reason') === 'Evicted')?.status, 'startTime')),
      }),
    );
  return found;
}

/** What pods that ended for this reason say of it. */
const on = (w: Workload, reason: string): string | undefined =>
  w.pods.filter((p) => word(p.status, 'reason') === reason).map((p) => word(p.status, 'message') || reason)[0];

const UNMADE: readonly (readonly [RegExp, string, string])[] = [
  [/exec format error|no match for platform/i, 'image-architecture-mismatch', 'Name an image that is built for the processors of the nodes.'],
  [/chdir to cwd|working directory[^\n]{0,80}(no such|not exist|not found)/i, 'working-directory-missing', 'Name a workingDir that is in the image.'],
  [
    /^(?!.*chdir to cwd).*?(executable file not found|no such file or directory.*(exec|runc|OCI)|(exec|runc|OCI).*no such file or directory)/i,
    'command-not-found',
    'Correct the command of the container, or the image.',
  ],
  [/(exec|OCI|runc).*permission denied/i, 'command-not-executable', 'Make the command executable in the image, or name another.'],
  [/forbidden sysctl|SysctlForbidden/i, 'forbidden-sysctl', 'Remove the sysctl or allow it on the nodes.'],
  [/runAsNonRoot|run as root|CreateContainerError.*user/i, 'security-context', 'Set runAsUser to a user that is not root, or use an image that has one.'],
  [/violates PodSecurity|PodSecurity|SecurityContextDeny/i, 'pod-security-violation', 'Fit the security context to the policy of the namespace.'],
  [/read-only file system/i, 'read-only-file-system', 'Mount a writable volume where it writes.'],
];

function unmade(w: Workload): Finding[] {
  const said = saidOf(w);
  return UNMADE.flatMap(([pattern, cause, repair]) => {
    const hit = said.find(
      (s) => pattern.test(`${s.reason} ${s.message}`) && s.reason !== 'Unhealthy' && !/probe (failed|errored)|seccomp|apparmor|hook/i.test(s.message),
    );
    return hit === undefined ? [] : [finding(w.resource, cause, 'proven', hit.message || hit.reason, repair, { where: hit.where })];
  });
}

/** Two containers of one pod share its address: they cannot listen on one port. */
function portTaken(w: Workload): Finding[] {
  const ports = portsOf(w);
  const twice = ports.find(
    (p, i) => p.port > 0 && ports.some((q, j) => j < i && q.port === p.port && q.protocol === p.protocol && q.container !== p.container),
  );
  const said = saidOf(w).find((s) => /address already in use|port is already allocated/i.test(s.message));
  const node = saidOf(w).find((s) => /free ports for the requested pod ports/i.test(s.message));
  if (node !== undefined)
    return [finding(w.resource, 'host-port-conflict', 'proven', node.message, 'Drop hostPort, or choose a free one.', { where: node.where })];
  if (twice === undefined && said === undefined) return [];
  const says = twice ? `Container ${twice.container} and another one of the same pod both listen on ${twice.port}.` : (said?.message ?? '');
  return [
    finding(
      w.resource,
      'container-port-conflict',
      statesOf(w).some((s) => !s.ready) ? 'proven' : 'declared',
      says,
      'Give each container of the pod a port of its own.',
    ),
  ];
}

/** The platform cannot start it, for a reason that no other rule knows. */
function unstarted(w: Workload): Finding[] {
  const hit = statesOf(w).find((s) => /^(CreateContainer(Config)?Error|RunContainerError|StartError|ContainerCannotRun)$/.test(s.waiting || s.ended));
  if (hit === undefined) return [];
  const isConfig = hit.waiting === 'CreateContainerConfigError';
  return [
    finding(
      w.resource,
      isConfig ? 'configuration' : 'container-start-failed',
      'noted',
      `${hit.container} cannot be started: ${hit.waiting || hit.ended} ${hit.message}`,
      'Correct what it names in the template.',
      { where: hit.pod.entity },
    ),
  ];
}

function ended(w: Workload): Finding[] {
  const states = statesOf(w);
  const init = states.find((s) => s.init && !s.ready && (s.waiting === 'CrashLoopBackOff' || s.restarts > 0 || (s.exitCode ?? 0) > 0));
  if (init !== undefined)
    return [
      finding(
        w.resource,
        'init-container-failing',
        'seen',
        `Init container ${init.container} ends with ${init.exitCode ?? 'an error'} (${init.restarts} restarts): nothing after it starts.`,
        'Look at the log of the init container; correct what it waits for.',
        { where: init.pod.entity },
      ),
    ];
  const stuck = states.find(
    (s) => s.init && !s.ready && (s.waiting === '' || s.waiting === 'PodInitializing') && s.exitCode === null && dig(s.pod.status, 'phase') === 'Pending',
  );
  if (stuck !== undefined)
    return [
      finding(
        w.resource,
        'init-container-stuck',
        'seen',
        `Init container ${stuck.container} has not ended: nothing after it starts.`,
        'Look at what the init container waits for.',
        { where: stuck.pod.entity },
      ),
    ];
  const looped = states.length === 0 ? saidOf(w).find((s) => /back-off \S*\s?restarting failed container/i.test(s.message)) : undefined;
  if (looped !== undefined)
    return [finding(w.resource, 'crash-loop', 'symptom', looped.message, 'Look at the last lines of its log.', { where: looped.where })];
  const hit = states.find((s) => s.waiting === 'CrashLoopBackOff' || (s.restarts >= 3 && !s.ready)) ?? states.find((s) => (s.exitCode ?? 0) > 0 && !s.ready);
  if (hit === undefined || hit.ended === 'OOMKilled') return [];
  if (hit.exitCode === 127 || hit.exitCode === 126)
    return [
      finding(
        w.resource,
        'command-not-found',
        'proven',
        `${hit.container} ends with ${hit.exitCode}: its command is not there or cannot be run.`,
        'Correct the command of the container, or the image.',
        { where: hit.pod.entity },
      ),
    ];
  if (hit.exitCode === 0 && hit.waiting === 'CrashLoopBackOff' && !saidOf(w).some((s) => /liveness|startup probe/i.test(s.message)))
    return [
      finding(
        w.resource,
        'container-ends',
        'seen',
        `${hit.container} ends with exit code 0 each time (${hit.restarts} restarts): its command is done at once.`,
        'Give it a command that keeps running, or make it a job.',
        { where: hit.pod.entity },
      ),
    ];
  const how = hit.exitCode === null ? '' : ` with exit code ${hit.exitCode}`;
  return [
    finding(
      w.resource,
      'crash-loop',
      'symptom',
      `${hit.container} ends again and again${how} (${hit.restarts} restarts). ${hit.message}`,
      'Look at the last lines of its log; go back to the last revision that ran.',
      { where: hit.pod.entity, since: sinceOf(hit), nextCheck: `Read the log of the ended ${hit.container}.` },
    ),
  ];
}
