// What objects of any kind say of themselves: conditions wherever their controllers put them, and a phase in one word. Pure.
import { timeOf } from '../evidence.ts';
import { dig, fields, isFields, items, list, word, type Fields } from './dig.ts';
import type { Resource } from './resource.ts';

export type Said = { reason: string; message: string; where: string; isWrong?: boolean; since?: number | null };

/** Conditions that are as they should not be: of most, False is bad; of some, True. */
const GOOD =
  /(Ready|Available|Healthy|Accepted|Programmed|Resolved\w*|Established|Synced|Reconcil\w+|Issued|Bound|Succeeded|Valid|Initialized|NamesAccepted|AbleToScale|ScalingActive|Deployed|Released|Reachable|PodScheduled)$/;
const BAD = /(Fail\w*|Pressure|Unavailable|Degraded|Stalled|Conflict\w*|Problem|Deadlock|Readonly\w*|Error\w*|Lost|Blocked|Invalid\w*|Unhealthy|Exhausted)$/;
const isWrong = (r: Resource, c: Fields): boolean => {
  const [type, status] = [word(c, 'type'), word(c, 'status')];
  // Of a node everything but its readiness is a trouble that somebody looks for.
  if (r.kind === 'Node' && type !== 'Ready') return status === 'True';
  if (/^Not[A-Z]/.test(type)) return status === 'True';
  return (GOOD.test(type) && status === 'False') || (BAD.test(type) && (status === 'True' || status === ''));
};

/** Controllers of routes keep conditions for each parent, those of gateways for each listener. */
const DEEP = 3;
function conditionsIn(value: unknown, depth = 0): Fields[] {
  if (depth > DEEP) return [];
  if (Array.isArray(value)) return value.slice(0, 20).flatMap((one) => conditionsIn(one, depth + 1));
  return !isFields(value)
    ? []
    : Object.entries(value).flatMap(([key, part]) => (key === 'conditions' ? list(value, key) : typeof part === 'object' ? conditionsIn(part, depth + 1) : []));
}

/** Of what is on its way nothing has to be wrong: it speaks where nothing else does. */
const ON_ITS_WAY = /^(\w*ing|\w*InProgress|Unknown)$/;
export function wrongConditions(r: Resource): Said[] {
  const wrong = conditionsIn(r.status).filter((c) => isWrong(r, c));
  const settled = wrong.filter((c) => !ON_ITS_WAY.test(word(c, 'reason')));
  return (settled.length > 0 ? settled : wrong).map((c) => ({
    reason: word(c, 'reason') || (word(c, 'status') === 'False' ? `Not${word(c, 'type')}` : word(c, 'type')),
    message: `${word(c, 'type')} is ${word(c, 'status') || 'told'}. ${word(c, 'message')}`,
    where: `${r.entity} condition ${word(c, 'type')}`,
    isWrong: true,
    since: timeOf(word(c, 'lastTransitionTime')),
  }));
}

const FAILED = /^(Failed|Failure|Error|Errored|Degraded|Unhealthy|Invalid|Broken|Unavailable|NotReady|OutOfSync|Lost|Rejected|Down)$/i;
/** Kinds of the platform's own, whose phase other rules read. */
const OWN = /^(Pod|Job|CronJob|Node|Namespace|PersistentVolume|PersistentVolumeClaim|Deployment|StatefulSet|DaemonSet|ReplicaSet|Service)$/;
/** A phase, state or health in one word, as controllers of others write it. */
export const wrongPhase = (r: Resource): Said[] =>
  OWN.test(r.kind)
    ? []
    : [r.status, fields(dig(r.status, 'health')), fields(dig(r.status, 'operationState'))].flatMap((at) => {
        const phase = ['phase', 'state', 'status', 'health'].map((key) => word(at, key)).find((value) => FAILED.test(value));
        if (phase === undefined) return [];
        const errors = items(at['errors'])
          .map((e) => word(e, 'message'))
          .join(' ');
        return [
          {
            reason: word(at, 'reason') || phase,
            message: `It is ${phase}. ${word(at, 'message') || word(at, 'error') || errors}`.trim(),
            where: `${r.entity} status`,
            isWrong: true,
          },
        ];
      });
