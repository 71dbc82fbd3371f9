// How much of a workload is wanted, by whom, and what holds it back. Pure.
import { containersOf, isHurt, isPodReady, wantedReplicas } from '../containers.ts';
import { timeOf } from '../../evidence.ts';
import { count, dig, list, quantityOf, word, words } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import { sameSpace, selects, type Workload, type World } from '../world.ts';
import { callsByEnvironment } from './environment.ts';

export const workloadRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    const { resource: on } = w;
    const found: Finding[] = [];
    const failed = list(on.status, 'conditions').find((c) => word(c, 'type') === 'Failed' && word(c, 'status') === 'True');
    const wanted = wantedReplicas(w);
    const served = world
      .of('Service', on.namespace)
      .some((s) => Object.entries(words(s.spec, 'selector')).length > 0 && Object.entries(words(s.spec, 'selector')).every(([k, v]) => w.labels[k] === v));
    if (wanted === 0 && ['Deployment', 'StatefulSet', 'ReplicationController'].includes(on.kind))
      found.push(
        finding(
          on,
          'zero-replicas',
          served ? (isWanted(world, w) ? 'proven' : 'declared') : 'symptom',
          'It is scaled to no copies.',
          'Scale it to at least one.',
        ),
      );
    // One that is paused with nothing to roll out holds nothing back.
    const updated = count(on.status, 'updatedReplicas');
    if (on.spec['paused'] === true && (updated === null || wanted === null || updated < wanted || (count(on.status, 'readyReplicas') ?? 0) < wanted))
      found.push(finding(on, 'rollout-paused', 'declared', 'Its rollout is paused: changes do not take effect.', 'Resume the rollout.'));
    if (on.kind === 'Job' && count(on.spec, 'parallelism') === 0)
      found.push(finding(on, 'zero-replicas', 'proven', 'It runs no pods: its parallelism is 0.', 'Set parallelism to at least one.'));
    const never = on.kind === 'CronJob' ? neverRuns(word(on.spec, 'schedule')) : '';
    if (never !== '') found.push(finding(on, 'job-schedule', 'proven', `Its schedule "${word(on.spec, 'schedule')}" ${never}.`, 'Correct the schedule.'));
    // The controller looks every ten seconds: what has to start sooner may never start (Kubernetes, CronJob).
    const deadline = on.kind === 'CronJob' ? count(on.spec, 'startingDeadlineSeconds') : null;
    if (deadline !== null && deadline < 10)
      found.push(
        finding(
          on,
          'job-schedule',
          'declared',
          `A run that does not start within ${deadline} s is left out (startingDeadlineSeconds).`,
          'Set it to more than 10 s.',
        ),
      );
    if (on.spec['suspend'] === true)
      found.push(finding(on, 'job-suspended', 'declared', 'It is suspended.', 'Resume it.', { since: timeOf(word(on.status, 'lastScheduleTime')) }));
    if (failed !== undefined) {
      const late = word(failed, 'reason') === 'DeadlineExceeded';
      found.push(
        finding(
          on,
          late ? 'job-deadline-exceeded' : 'job-backoff',
          'seen',
          `${word(failed, 'reason')}: ${word(failed, 'message')}`,
          'Look at the log of its pods, correct it and start it again.',
          { since: timeOf(word(failed, 'lastTransitionTime')) },
        ),
      );
    }
    const stuck = list(on.status, 'conditions').find((c) => word(c, 'reason') === 'ProgressDeadlineExceeded');
    if (stuck !== undefined)
      found.push(finding(on, 'rollout-stuck', 'symptom', word(stuck, 'message') || 'Its rollout makes no progress.', 'Look at its new pods.'));
    const selector = on.spec['selector'];
    const labels = w.resource.kind === 'Pod' ? {} : w.labels;
    if (on.kind !== 'Pod' && Object.keys(words(selector, 'matchLabels')).length > 0 && Object.keys(labels).length > 0 && !selects(selector, labels))
      found.push(finding(on, 'workload-selector-mismatch', 'declared', 'Its selector does not fit the labels of its own template.', 'Make the two the same.'));
    for (const [i, c] of containersOf(w).entries()) {
      // One beside the main one, where all is well, has enough for what it does.
      if (i > 0 && isHurt(w) === false) continue;
      const cpu = quantityOf(dig(c.spec, 'resources', 'limits', 'cpu'));
      const memory = quantityOf(dig(c.spec, 'resources', 'limits', 'memory'));
      if (cpu !== null && cpu <= 0.02) found.push(finding(on, 'cpu-limit-too-low', 'declared', `${c.name} may use ${cpu} CPU only.`, 'Raise the CPU limit.'));
      if (memory !== null && memory <= 16 * 2 ** 20)
        found.push(finding(on, 'memory-limit-too-low', 'declared', `${c.name} may use ${Math.round(memory / 2 ** 20)} MiB only.`, 'Raise the memory limit.'));
    }
    found.push(...held(w));
    return found;
  });

/** Whether anybody is known to ask for it; where addresses cannot be seen, everybody may. */
function isWanted(world: World, w: Workload): boolean {
  const calls = callsByEnvironment(world);
  const seen = new Set(calls.map(([, to]) => to));
  return seen.size < world.workloads.length / 4 || seen.has(w);
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Why a schedule of five fields never comes; empty where it does. */
function neverRuns(schedule: string): string {
  if (schedule === '' || schedule.startsWith('@') || /^(CRON_)?TZ=/.test(schedule)) return '';
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== 5) return `has ${parts.length} fields, five are expected`;
  const [, , day = '*', month = '*', weekday = '*'] = parts;
  const [days, months] = [day, month].map((part) => (/^\d+(,\d+)*$/.test(part) ? part.split(',').map(Number) : null));
  if (weekday !== '*' || !days) return '';
  const long = (months ?? DAYS.map((_, i) => i + 1)).map((m) => DAYS[m - 1] ?? 0);
  return days.every((d) => long.every((most) => d < 1 || d > most)) ? 'names a day that no such month has' : '';
}

/** Pods that are ready, or revisions that are there, and are not taken by what the workload itself declares. */
function held(w: Workload): Finding[] {
  const { spec, status } = w.resource;
  const wait = count(spec, 'minReadySeconds') ?? 0;
  const ready = count(status, 'readyReplicas') ?? w.pods.filter(isPodReady).length;
  if (wait > 0 && ready > 0 && (count(status, 'availableReplicas') ?? 0) < ready)
    return [
      finding(w.resource, 'min-ready-seconds', 'proven', `${ready} ready copies do not count for ${wait} s (minReadySeconds).`, 'Lower minReadySeconds.'),
    ];
  const [now, next] = [word(status, 'currentRevision'), word(status, 'updateRevision')];
  const type = word(spec, 'updateStrategy', 'type');
  const partition = count(spec, 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const scheduled = count(status, 'updatedNumberScheduled');
  const behind = (now !== '' && next !== '' && now !== next) || (scheduled !== null && scheduled < (count(status, 'desiredNumberScheduled') ?? 0));
  if (behind && type === 'OnDelete')
    return [
      finding(
        w.resource,
        'rollout-waits-for-deletion',
        'declared',
        'Its update strategy is OnDelete: the new revision waits until its pods are deleted.',
        'Delete the pods one by one, or set RollingUpdate.',
      ),
    ];
  if (behind && partition > 0)
    return [
      finding(
        w.resource,
        'rollout-partitioned',
        'declared',
        `Its update stops at ordinal ${partition} (partition): the others stay as they were.`,
        'Lower the partition.',
      ),
    ];
  return [];
}

/** Whoever serves the metrics is down: every autoscaler that asks for them says so. */
const areMetricsDown = (world: World): boolean =>
  world
    .of('APIService')
    .some(
      (a) => a.name.includes('metrics.k8s.io') && list(a.status, 'conditions').some((c) => word(c, 'type') === 'Available' && word(c, 'status') === 'False'),
    ) || world.workloads.some((w) => w.resource.name.startsWith('metrics-server') && isHurt(w) === true);

export const scalingRules = (world: World): Finding[] =>
  world.of('HorizontalPodAutoscaler').flatMap((h) => {
    const name = word(h.spec, 'scaleTargetRef', 'name');
    const kind = word(h.spec, 'scaleTargetRef', 'kind') || 'Deployment';
    const found: Finding[] = [];
    if (name !== '' && world.lists(kind, h.namespace) && world.find(kind, name, h.namespace) === undefined)
      found.push(finding(h, 'autoscaler-target-missing', 'proven', `It scales ${kind} ${name}, which is not there.`, 'Name a workload that exists.'));
    const [min, max] = [count(h.spec, 'minReplicas') ?? 1, count(h.spec, 'maxReplicas')];
    const now = count(h.status, 'currentReplicas') ?? 0;
    const conditions = list(h.status, 'conditions');
    const blind = conditions.find((c) => word(c, 'type') === 'ScalingActive' && word(c, 'status') === 'False' && word(c, 'reason') !== 'ScalingDisabled');
    const capped = conditions.find((c) => word(c, 'type') === 'ScalingLimited' && word(c, 'reason') === 'TooManyReplicas' && word(c, 'status') === 'True');
    if (max !== null && min > max)
      found.push(finding(h, 'autoscaler-bounds', 'declared', `Its least (${min}) is more than its most (${max}).`, 'Correct the bounds.'));
    const twin = world
      .of('HorizontalPodAutoscaler', h.namespace)
      .find(
        (o) => o !== h && name !== '' && word(o.spec, 'scaleTargetRef', 'name') === name && (word(o.spec, 'scaleTargetRef', 'kind') || 'Deployment') === kind,
      );
    if (twin !== undefined || word(blind, 'reason') === 'AmbiguousSelector')
      found.push(
        finding(
          h,
          'autoscaler-conflict',
          'proven',
          `It scales ${name}, and so does ${twin?.entity ?? 'another autoscaler'}. ${word(blind, 'message')}`,
          'Remove one of the two.',
        ),
      );
    else if (blind !== undefined)
      found.push(
        finding(
          h,
          'autoscaler-without-metrics',
          areMetricsDown(world) ? 'symptom' : 'seen',
          word(blind, 'message'),
          'Give the containers requests, or repair the source of the metrics.',
          {
            since: timeOf(word(blind, 'lastTransitionTime')),
          },
        ),
      );
    if (capped !== undefined && max !== null)
      found.push(finding(h, 'autoscaler-at-limit', 'seen', `${now} copies are its most; it wants more.`, 'Raise maxReplicas within the capacity.'));
    return found;
  });

export const disruptionRules = (world: World): Finding[] =>
  world.of('PodDisruptionBudget').flatMap((p) => {
    const own = world.workloads.filter((w) => sameSpace(w.resource.namespace, p.namespace) && selects(p.spec['selector'], w.labels));
    const twin = world.of('PodDisruptionBudget', p.namespace).find((o) => o !== p && own.some((w) => selects(o.spec['selector'], w.labels)));
    const said = world.all
      .flatMap((r) => r.events)
      .find((e) => /more than one PodDisruptionBudget|MultiplePodDisruptionBudgets/i.test(`${e.reason} ${e.message}`));
    if (twin !== undefined)
      return [
        finding(
          p,
          'disruption-budget-conflict',
          said === undefined ? 'declared' : 'proven',
          `It and ${twin.entity} select the same pods: none of them can be moved. ${said?.message ?? ''}`,
          'Let one budget select a pod.',
        ),
      ];
    // The pod that could not be moved tells which budget held it.
    const stuck = world.all.filter((r) => r.events.some((e) => /disruption budget/i.test(e.message)));
    const blocked = stuck.some((r) => r.kind !== 'Pod' || own.some((w) => w.pods.includes(r)));
    return count(p.status, 'disruptionsAllowed') === 0 && (blocked || word(p.spec, 'maxUnavailable') === '0' || word(p.spec, 'minAvailable') === '100%')
      ? [finding(p, 'disruption-budget-blocks', blocked ? 'proven' : 'noted', 'It allows no pod to be moved.', 'Let at least one pod be unavailable.')]
      : [];
  });

export const namespaceRules = (world: World): Finding[] => {
  const known = world.of('Namespace');
  const ending = known
    .filter((n) => word(n.status, 'phase') === 'Terminating')
    .map((n) =>
      finding(n, 'namespace-terminating', 'seen', 'It is being deleted: nothing new can be made in it.', 'Find what holds it, or make it anew.', {
        since: timeOf(word(n.metadata, 'deletionTimestamp')),
      }),
    );
  const lost =
    known.length < 2 ? undefined : world.workloads.find((w) => w.resource.namespace !== '' && !known.some((n) => sameSpace(n.name, w.resource.namespace)));
  return lost === undefined
    ? ending
    : [...ending, finding(lost.resource, 'missing-namespace', 'declared', `Namespace ${lost.resource.namespace} is not there.`, 'Create it.')];
};
