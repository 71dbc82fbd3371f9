// Containers of a workload with what became of them: declared ports, environment, state of each copy. Pure.
import { count, dig, fields, list, text, word, type Fields } from './dig.ts';
import { timeOf } from '../evidence.ts';
import type { Resource } from './resource.ts';
import type { Workload } from './world.ts';

export type Container = { name: string; spec: Fields; init: boolean };
export type State = {
  pod: Resource;
  container: string;
  waiting: string;
  message: string;
  restarts: number;
  exitCode: number | null;
  ended: string;
  /** When it ended last; null where that is not told. */
  endedAt: number | null;
  ready: boolean;
  init: boolean;
};

export const containersOf = (w: Workload): Container[] => [
  ...list(w.template, 'initContainers').map((spec) => ({ name: word(spec, 'name'), spec, init: true })),
  ...list(w.template, 'containers').map((spec) => ({ name: word(spec, 'name'), spec, init: false })),
];

const WAITS =
  /^(Init:)?(CrashLoopBackOff|ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName|CreateContainer\w*Error|RunContainerError|PostStartHookError|ContainerCreating|PodInitializing|Error|OOMKilled)$/;
/** The word that a table of pods shows stands for the state of the container that is worst. */
function stateInWord(pod: Resource): State[] {
  const [, init, waiting = ''] = WAITS.exec(phaseOfPod(pod)) ?? WAITS.exec(word(pod.status, 'reason')) ?? [];
  if (waiting === '') return [];
  const restarts = count(pod.status, 'restarts') ?? count(pod.status, 'restartCount') ?? (waiting === 'CrashLoopBackOff' ? 1 : 0);
  const ended = waiting === 'OOMKilled' || waiting === 'Error' ? waiting : '';
  return [
    {
      pod,
      container: '',
      waiting: ended === '' ? waiting : '',
      message: word(pod.status, 'message'),
      restarts,
      exitCode: null,
      ended,
      endedAt: null,
      ready: false,
      init: init !== undefined,
    },
  ];
}

export function statesOf(w: Workload): State[] {
  return w.pods.flatMap((pod) =>
    list(pod.status, 'containerStatuses').length + list(pod.status, 'initContainerStatuses').length === 0
      ? stateInWord(pod)
      : (['initContainerStatuses', 'containerStatuses'] as const).flatMap((key) =>
          list(pod.status, key).map((s) => {
            const now = fields(dig(s, 'state'));
            const before = fields(dig(s, 'lastState', 'terminated'));
            const ended = fields(now['terminated'] ?? before);
            return {
              pod,
              container: word(s, 'name'),
              waiting: word(now, 'waiting', 'reason'),
              message: [word(now, 'waiting', 'message'), word(ended, 'message')].filter(Boolean).join(' '),
              restarts: count(s, 'restartCount') ?? 0,
              exitCode: count(ended, 'exitCode'),
              ended: word(ended, 'reason'),
              endedAt: timeOf(word(ended, 'finishedAt')),
              ready: dig(s, 'ready') === true,
              init: key === 'initContainerStatuses',
            };
          }),
        ),
  );
}

export type Port = { container: string; name: string; port: number; protocol: string };
export const portsOf = (w: Workload): Port[] =>
  containersOf(w)
    .filter((c) => !c.init)
    .flatMap((c) =>
      list(c.spec, 'ports').map((p) => ({
        container: c.name,
        name: word(p, 'name'),
        port: count(p, 'containerPort') ?? 0,
        protocol: word(p, 'protocol') || 'TCP',
      })),
    );

/** Values of the environment that are written down; what comes from elsewhere has none. */
export const envOf = (c: Container): { name: string; value: string }[] =>
  list(c.spec, 'env').flatMap((e) => (e['value'] === undefined ? [] : [{ name: word(e, 'name'), value: text(e['value']) }]));

export const wantedReplicas = (w: Workload): number | null => count(w.resource.spec, 'replicas');
export const isPodReady = (pod: Resource): boolean =>
  list(pod.status, 'conditions').some((c) => word(c, 'type') === 'Ready' && word(c, 'status') === 'True') ||
  (pod.status['ready'] === true && pod.status['conditions'] === undefined) ||
  // One word is all that is known of it, and that word is no complaint.
  (phaseOfPod(pod) === 'Running' && pod.status['conditions'] === undefined && pod.status['containerStatuses'] === undefined);
export const phaseOfPod = (pod: Resource): string => word(pod.status, 'phase');

/** True where it has fewer ready copies than it should; undefined where nothing is known of them. */
export function isHurt(w: Workload): boolean | undefined {
  const wanted = wantedReplicas(w);
  const { status } = w.resource;
  const ready = count(status, 'readyReplicas') ?? count(status, 'numberReady');
  // Copies that were evicted or failed stand about until somebody removes them: where all that are wanted are ready, they are the past.
  const isFull = wanted !== null && wanted > 0 && ready !== null && ready >= wanted;
  const isOver = (pod: Resource): boolean => phaseOfPod(pod) === 'Succeeded' || (isFull && phaseOfPod(pod) === 'Failed');
  if (w.pods.some((pod) => !isOver(pod) && pod.status['phase'] !== undefined && !isPodReady(pod))) return true;
  if (wanted !== null && (status['replicas'] !== undefined || status['conditions'] !== undefined || ready !== null)) return (ready ?? 0) < wanted;
  return w.pods.some((pod) => Object.keys(pod.status).length > 0) ? false : undefined;
}

/** Longer than the longest wait between two starts, so that one that ends again and again is not taken for well in between. */
const WELL_AGAIN_MS = 30 * 60_000;

/** Texts of events, conditions and container states: what the platform itself says about it. */
export function saidOf(w: Workload): { reason: string; message: string; where: string }[] {
  // What once went wrong, while it started or long before, is no fault of one that is well.
  const isWell = (s: State): boolean => s.restarts === 0 || (s.ready && s.endedAt !== null && w.takenAt !== null && w.takenAt - s.endedAt > WELL_AGAIN_MS);
  if (isHurt(w) === false && statesOf(w).every(isWell)) return [];
  const conditions = [w.resource, ...w.pods].flatMap((r) =>
    list(r.status, 'conditions')
      .filter((c) => word(c, 'message') !== '')
      .map((c) => ({ reason: word(c, 'reason'), message: word(c, 'message'), where: `${r.entity} condition ${word(c, 'type')}` })),
  );
  // A schedule has got over a run that it missed with the next one that came.
  const came = w.resource.kind === 'CronJob' ? timeOf(word(w.resource.status, 'lastSuccessfulTime') || word(w.resource.status, 'lastScheduleTime')) : null;
  const present = w.events.filter((e) => came === null || e.at === null || e.at > came);
  const events = present.map((e) => ({ reason: e.reason, message: e.message, where: `${w.resource.entity} event ${e.reason}` }));
  const states = statesOf(w).flatMap((s) =>
    s.waiting || s.message ? [{ reason: s.waiting || s.ended, message: s.message, where: `${s.pod.entity} container ${s.container}` }] : [],
  );
  return [...states, ...events, ...conditions];
}
