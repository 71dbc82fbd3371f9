// One row of platform state in a form that rules can rely on, whatever part of the API's answer it holds. Pure.
import type { ResourceRow } from '@awo/contracts';
import { timeOf } from '../evidence.ts';
import { dig, fields, isFields, items, list, text, word, words, type Fields } from './dig.ts';
import { asNetworkPolicy } from './other-policies.ts';

export type PlatformEvent = {
  reason: string;
  message: string;
  warning: boolean;
  at: number | null;
  /** Milliseconds, where only an age is written. */
  age: number | null;
  /** For how long it has been said again and again, milliseconds. */
  standing: number | null;
};
type Owner = { kind: string; name: string };
export type Resource = {
  /** As the row names it. */
  entity: string;
  kind: string;
  name: string;
  namespace: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  metadata: Fields;
  spec: Fields;
  /** False where the row tells nothing of what is declared: what it does not say is not known to be absent. */
  isDeclared: boolean;
  status: Fields;
  data: Record<string, string>;
  /** Of a service: the labels of the pods behind it. */
  selector: Record<string, string>;
  raw: Fields;
  events: PlatformEvent[];
  owners: Owner[];
};

const KINDS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'Pod po',
    'Deployment deploy',
    'StatefulSet sts',
    'DaemonSet ds',
    'ReplicaSet rs',
    'ReplicationController rc',
    'Job',
    'CronJob cj',
    'Service svc',
    'Endpoints ep',
    'EndpointSlice',
    'ConfigMap cm',
    'Secret',
    'Node no',
    'Namespace ns',
    'ResourceQuota quota',
    'LimitRange limits',
    'NetworkPolicy netpol',
    'PersistentVolumeClaim pvc',
    'PersistentVolume pv',
    'StorageClass sc',
    'Ingress ing',
    'IngressClass',
    'HorizontalPodAutoscaler hpa',
    'Role',
    'RoleBinding',
    'ClusterRole',
    'ClusterRoleBinding',
    'ServiceAccount sa',
    'PodDisruptionBudget pdb',
    'PriorityClass pc',
    'RuntimeClass',
    'Event ev',
    'VirtualService vs',
    'DestinationRule dr',
    'AuthorizationPolicy',
    'PeerAuthentication',
    'Gateway gw',
    'HTTPRoute',
    'GRPCRoute',
    'TCPRoute',
    'TLSRoute',
    'GatewayClass',
    'ValidatingWebhookConfiguration',
    'MutatingWebhookConfiguration',
    'CustomResourceDefinition crd',
    'Lease',
    'APIService',
    'CSIDriver',
  ].flatMap((line) => {
    const [kind = '', ...short] = line.split(' ');
    const low = kind.toLowerCase();
    return [low, `${low}s`, `${low}es`, `${low}list`, low.replace(/y$/, 'ies'), ...short].map((name) => [name, kind]);
  }),
);
/** "deployments.apps", "deploy" and "Deployment" are one kind. */
export const kindOf = (name: string): string => KINDS[name.toLowerCase().split('.')[0] ?? ''] ?? name;

export const isKnownKind = (kind: string): boolean => KINDS[kind.toLowerCase()] !== undefined;

export function resourceOf(row: ResourceRow, topologyLabels: Record<string, string>): Resource {
  const raw: Fields = row;
  const inner = isFields(raw['object'])
    ? raw['object']
    : isFields(dig(raw, 'spec', 'spec')) && isFields(dig(raw, 'spec', 'metadata'))
      ? fields(raw['spec'])
      : raw;
  const metadata = { ...fields(raw['metadata']), ...fields(inner['metadata']) };
  const last = row.entity.split(/[/:]/).findLast((part) => part !== '') ?? row.entity;
  const spec = fields(inner['spec']);
  const pick = (key: string): Record<string, string> => ({ ...words(spec, key), ...words(raw, key), ...words(metadata, key) });
  const labels = { ...topologyLabels, ...pick('labels') };
  const same = asNetworkPolicy(row.kind, word(inner, 'apiVersion') || word(raw, 'apiVersion'), spec);
  return {
    entity: row.entity,
    kind: same === null ? kindOf(row.kind) : 'NetworkPolicy',
    name: word(metadata, 'name') || word(raw, 'name') || last,
    namespace: text(row.namespace) || word(metadata, 'namespace') || namespaceIn(row.entity),
    labels,
    annotations: pick('annotations'),
    metadata,
    spec: same ?? (Object.keys(spec).length > 0 ? spec : specOfFlat(inner)),
    isDeclared: Object.keys(spec).length > 0,
    status: statusOf(inner['status'] ?? raw['status']),
    data: {
      ...words(inner, 'data'),
      ...words(inner, 'stringData'),
      ...words(inner, 'binaryData'),
      ...words(spec, 'data'),
      ...words(spec, 'stringData'),
      ...keyNames(raw, spec),
    },
    selector: words(spec, 'selector'),
    raw: inner,
    events: items(raw['events']).map(eventOf),
    owners: [...list(metadata, 'ownerReferences'), ...list(raw, 'ownerReferences'), ...list(spec, 'ownerReferences')].map((o) => ({
      kind: kindOf(word(o, 'kind')),
      name: word(o, 'name'),
    })),
  };
}

/** A status that is one word, as a table of the command line has it: "CrashLoopBackOff", "Ready,SchedulingDisabled", "Bound". */
function statusOf(value: unknown): Fields {
  if (isFields(value) || typeof value !== 'string' || value.trim() === '') return fields(value);
  const ready = /^(Not)?Ready\b/.exec(value);
  return ready === null ? { phase: value } : { conditions: [{ type: 'Ready', status: ready[1] === undefined ? 'True' : 'False', reason: value }] };
}

/** Kinds without a spec, such as roles or storage classes, hold their fields at the top. */
const specOfFlat = (inner: Fields): Fields => inner;

/** Values of secrets are often withheld, their keys are not. */
function keyNames(raw: Fields, spec: Fields): Record<string, string> {
  const keys = [...items(raw['keys']), ...items(raw['dataKeys']), ...items(spec['keys']), ...items(spec['dataKeys'])];
  return Object.fromEntries(keys.filter((key) => typeof key === 'string').map((key) => [key, '']));
}

/** "namespace/kind/name" and "kind/namespace/name" hold one; a shorter name does not. */
function namespaceIn(entity: string): string {
  const parts = entity.split('/').filter((part) => part !== '');
  if (parts.length < 3) return '';
  return (KINDS[parts[0]?.toLowerCase() ?? ''] === undefined ? parts[0] : parts[1]) ?? '';
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** "67m (x2 over 133m)" was last seen 67 minutes ago. */
const ageOf = (said: string): number | null => lengthOf(/(?:^|\s)((?:\d+[dhms])+)(?:\s|$|\()/.exec(said)?.[1]);
const lengthOf = (said: string | undefined): number | null =>
  said === undefined ? null : [...said.matchAll(/(\d+)([dhms])/g)].reduce((sum, [, n, unit]) => sum + Number(n) * (UNIT_MS[unit ?? ''] ?? 0), 0);

export function eventOf(value: unknown): PlatformEvent {
  if (typeof value === 'string') {
    const reason = /\b(?:Warning|Normal)\s+(\w+)/.exec(value)?.[1] ?? /^(\w+):/.exec(value)?.[1] ?? '';
    // Type, reason, age and source stand before the message: "kubelet" as a source is no word about kubelet.
    const told = /^\s*(?:Warning|Normal)\s+\w+\s+\S+(?:\s*\(x\d+ over [^)]*\))?\s+[\w./-]+\s+(\S.*)$/s.exec(value)?.[1];
    return {
      reason,
      message: told ?? value,
      warning: !/\bNormal\b/.test(value),
      at: null,
      age: ageOf(/^\s*(?:Warning|Normal)\s+\w+\s+(.{0,24})/.exec(value)?.[1] ?? ''),
      standing: lengthOf(/\(x\d+ over ((?:\d+[dhms])+)\)/.exec(value)?.[1]),
    };
  }
  const last =
    word(value, 'lastTimestamp') ||
    word(value, 'series', 'lastObservedTime') ||
    word(value, 'eventTime') ||
    word(value, 'last_timestamp') ||
    word(value, 'timestamp');
  const at = last === '' ? null : timeOf(last);
  const first = word(value, 'firstTimestamp') || word(value, 'first_timestamp');
  const begun = first === '' ? null : timeOf(first);
  return {
    reason: word(value, 'reason'),
    message: word(value, 'message') || word(value, 'note'),
    warning: word(value, 'type') !== 'Normal',
    at,
    age: ageOf(word(value, 'age')) ?? ageOf(word(value, 'lastSeen')),
    standing: at === null || begun === null ? null : at - begun,
  };
}
