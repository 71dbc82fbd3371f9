// Everything that one could try on the bus: what others say and hear, and the whole JetStream API on every stream, consumer and bucket.
import type { BusSpec } from '@awo/bus';
import { INTENT } from './intent.ts';

const GOAL = 'g0000000000';
/** A subject that fits the pattern. */
const concrete = (pattern: string): string =>
  pattern
    .replace(/^(awo\.log|awo\.due\.[a-z]+|awo\.timer\.[a-z]+)\.\*/, `$1.${GOAL}`)
    .replaceAll('*', 'x')
    .replace(/>$/, 'x.1');

const STREAM_VERBS = ['INFO', 'CREATE', 'UPDATE', 'DELETE', 'PURGE', 'MSG.DELETE', 'MSG.GET', 'SNAPSHOT', 'RESTORE', 'LEADER.STEPDOWN', 'PEER.REMOVE'];
const CONSUMER_VERBS = ['CREATE', 'DURABLE.CREATE', 'DELETE', 'INFO', 'MSG.NEXT', 'PAUSE', 'RESET', 'UNPIN', 'LEADER.STEPDOWN'];

export function everythingToSay(spec: BusSpec): string[] {
  const streams = [
    ...Object.keys(spec.streams),
    ...Object.entries(spec.buckets).map(([name, { kind }]) => `${kind === 'kv' ? 'KV' : 'OBJ'}_${name}`),
    'FOREIGN',
  ];
  const consumers = [...spec.consumers, { stream: 'OBJ_evidence', name: 'x' }, { stream: 'KV_effects', name: 'x' }];
  const api = [
    ...streams.flatMap((stream) => [
      ...STREAM_VERBS.map((verb) => `$JS.API.STREAM.${verb}.${stream}`),
      `$JS.API.DIRECT.GET.${stream}`,
      `$JS.API.CONSUMER.CREATE.${stream}`,
      `$JS.API.CONSUMER.LIST.${stream}`,
      `$JS.API.CONSUMER.NAMES.${stream}`,
    ]),
    ...consumers.flatMap(({ stream, name }) => [
      ...CONSUMER_VERBS.map((verb) => `$JS.API.CONSUMER.${verb}.${stream}.${name}`),
      `$JS.ACK.${stream}.${name}.1.1.1.1.1`,
    ]),
    '$JS.API.STREAM.LIST',
    '$JS.API.STREAM.NAMES',
    '$JS.API.META.LEADER.STEPDOWN',
    '$JS.API.SERVER.REMOVE',
    '$JS.API.ACCOUNT.PURGE.AWO',
    '$SYS.REQ.SERVER.PING',
    '$SYS.REQ.ACCOUNT.AWO.CONNZ',
  ];
  const buckets = Object.entries(spec.buckets).flatMap(([name, { kind }]) => (kind === 'kv' ? [`$KV.${name}.x`] : [`$O.${name}.C.x`, `$O.${name}.M.x`]));
  const roles = Object.keys(INTENT).map((user) => `awo.due.${user}.${GOAL}`);
  const said = Object.values(INTENT).flatMap(({ say }) => say.filter((subject) => subject !== '$JS.API.>').map(concrete));
  const inboxes = Object.keys(INTENT).map((user) => `_INBOX_${user}.x`);
  return [...new Set([...said, ...api, ...buckets, ...roles, ...inboxes, '_R_.x', 'awo.anything'])];
}

export function everythingToHear(): string[] {
  const heard = Object.values(INTENT).flatMap(({ hear }) => hear);
  const wide = [
    '>',
    '*',
    'awo.>',
    'awo.log.*.*.planner',
    'awo.due.>',
    'awo.timer.>',
    'awo.signal.>',
    'awo.history.>',
    '$KV.>',
    '$O.>',
    '$JS.>',
    '$JS.API.>',
    '$JS.ACK.>',
    '$JS.EVENT.>',
    '$SYS.>',
    '_R_.>',
  ];
  return [...new Set([...heard, ...wide])];
}

/** What the broker answers with its own rights, and where one would like the answer to be taken for another's word. */
export const ANSWERED = (spec: BusSpec): string[] =>
  everythingToSay(spec).filter((subject) => /^\$JS\.API\.(DIRECT|STREAM|CONSUMER|INFO)|^awo\.(log|timer|signal|history|goals)|^\$KV|^\$O/.test(subject));
export const TARGETS = [
  `awo.log.${GOAL}.planner.deploy`,
  `awo.due.deploy.${GOAL}`,
  '$KV.effects.x',
  '$KV.environments.x',
  'awo.history.refused.x',
  '$O.evidence.M.x',
];
