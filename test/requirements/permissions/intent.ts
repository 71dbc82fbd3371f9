// What each user of the bus is meant to say and hear, written down apart from bus.yaml, so that a permission too many there shows here.
import { AGENT_ROLES } from '@awo/contracts';

export type Intent = { say: string[]; hear: string[] };

const read = (stream: string) => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.DIRECT.GET.${stream}.>`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
];
const consume = (stream: string, name: string) => [
  `$JS.API.CONSUMER.INFO.${stream}.${name}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
  `$JS.ACK.${stream}.${name}.>`,
];
const evidence = ['$O.evidence.C.*', '$O.evidence.M.*', '$JS.API.DIRECT.GET.OBJ_evidence', '$JS.API.DIRECT.GET.OBJ_evidence.>'];

/** Test agents among themselves. */
const share = ['awo.share.offer', 'awo.share.lead.*', 'awo.share.answer.*'];

const agent = (role: string, more: Partial<Intent> = {}): Intent => ({
  say: [
    `awo.log.*.${role}.*`,
    `awo.timer.${role}.*.*`,
    `awo.tool.${role}.>`,
    '$JS.API.INFO',
    ...read('GOALS'),
    ...consume('GOALS', role),
    ...consume('TIMERS', role),
    ...evidence,
    ...(more.say ?? []),
  ],
  hear: [`_INBOX_${role}.>`, ...(more.hear ?? [])],
});

/** Where requests are answered: in one's own account each inbox, and `_R_`, which the server makes for each request from another account. */
const answers = [
  '_INBOX.>',
  '_R_.>',
  ...[
    'planner',
    ...AGENT_ROLES,
    'toolgate',
    'mcp-git',
    'mcp-local',
    'mcp-tests',
    'mcp-metrics',
    'verifier',
    'observer',
    'archiver',
    'backup',
    'operator',
    'gateway',
    'publisher',
    'provisioner',
  ].map((user) => `_INBOX_${user}.>`),
];

const toolServer = (name: string): Intent => ({
  say: [`_INBOX_toolgate.${name}.>`],
  hear: [`_INBOX_${name}.>`, `awo.mcp.${name}`, `awo.mcp.${name}.>`],
});

/** Trusted with the account of the streams: people, and those who keep the streams themselves. What they can do to each other is not held by accounts. */
export const TRUSTED = ['operator', 'provisioner', 'archiver', 'backup'];

export const INTENT: Record<string, Intent> = {
  ...Object.fromEntries(AGENT_ROLES.map((role) => [role, agent(role)])),
  planner: agent('planner', {
    say: [
      ...consume('INBOX', 'planner'),
      'awo.history.refused.*',
      'awo.history.releases.*',
      ...read('HISTORY').slice(1, 3),
      ...consume('SIGNALS', 'planner'),
      'awo.history.incidents.*',
      '$KV.autonomy.>',
      ...read('KV_autonomy'),
      'awo.intake.*',
      ...answers,
      '$KV.environments.>',
      ...read('KV_environments'),
      ...read('KV_archived'),
    ],
    hear: ['awo.goals.*', 'awo.intake.*'],
  }),
  deploy: agent('deploy', { say: read('HISTORY').slice(1, 3) }),
  test: agent('test', {
    say: ['awo.history.tests.*', 'awo.history.audits.*', 'awo.goals.test', ...read('HISTORY').slice(1, 3), ...share],
    hear: share,
  }),
  monitor: agent('monitor', { say: ['awo.signal.monitor.*'] }),
  toolgate: {
    say: ['awo.mcp.>', '$JS.API.INFO', ...answers, ...read('GOALS').slice(1), '$KV.effects.>', ...read('KV_effects'), '$KV.tools.>', ...read('KV_tools')],
    hear: ['_INBOX_toolgate.>', 'awo.tool.>', 'awo.toolgate.*'],
  },
  ...Object.fromEntries(['mcp-git', 'mcp-local', 'mcp-tests', 'mcp-metrics'].map((name) => [name, toolServer(name)])),
  verifier: {
    say: ['$JS.API.INFO', ...read('GOALS').slice(0, 3), ...read('GOALS_COPY').slice(0, 3), 'awo.archive.read', 'awo.history.verifier.*'],
    hear: ['_INBOX_verifier.>'],
  },
  observer: {
    say: ['$JS.API.INFO', ...read('GOALS').slice(0, 3), '$JS.API.STREAM.LIST', '$JS.API.CONSUMER.LIST.*'],
    hear: ['_INBOX_observer.>'],
  },
  archiver: {
    say: [
      '$JS.API.INFO',
      ...read('GOALS'),
      '$JS.API.STREAM.PURGE.GOALS',
      '$O.archive.>',
      ...read('OBJ_archive'),
      '$JS.API.STREAM.PURGE.OBJ_archive',
      '$KV.archived.>',
      ...read('KV_archived'),
      'awo.history.archive.*',
      'awo.tool.archiver.>',
      '_INBOX_operator.>',
      // The verifier asks it from an account of its own.
      '_R_.>',
    ],
    hear: ['_INBOX_archiver.>', 'awo.archive.*'],
  },
  operator: {
    say: [
      'awo.log.*.operator.*',
      'awo.goals.*',
      'awo.signal.*.*',
      'awo.tool.operator.>',
      'awo.toolgate.*',
      'awo.archive.*',
      '$JS.API.INFO',
      '$JS.API.CONSUMER.LIST.GOALS',
      ...read('GOALS'),
      ...['INBOX', 'TIMERS', 'HISTORY'].map((stream) => `$JS.API.STREAM.INFO.${stream}`),
      ...read('HISTORY').slice(1, 3),
      ...evidence,
      ...read('KV_archived'),
      ...read('OBJ_archive'),
    ],
    hear: ['_INBOX_operator.>', 'awo.log.>'],
  },
  backup: { say: ['$JS.API.INFO', '$JS.API.STREAM.LIST', '$JS.API.STREAM.SNAPSHOT.*', '$JS.SNAPSHOT.ACK.>'], hear: ['_INBOX_backup.>'] },
  gateway: { say: ['awo.goals.*', 'awo.signal.*.*'], hear: ['_INBOX_gateway.>'] },
  publisher: { say: ['awo.goals.*', 'awo.signal.*.*'], hear: ['_INBOX_publisher.>', '_INBOX.>'] },
  provisioner: { say: ['$JS.API.>', '$JS.SNAPSHOT.RESTORE.>'], hear: ['_INBOX_provisioner.>'] },
};
