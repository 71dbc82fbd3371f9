// Every subject of the bus with what travels on it, as data. The schemas are those that the services parse with.
import { ARCHIVE_VERBS, ArchiveRecord, ArchiveReply, archiveSubject } from '@awo/archive';
import {
  CAPABILITIES,
  Commit,
  EXTERNAL_PREFIX,
  GoalSpec,
  IncidentOutcome,
  ReleaseOutcome,
  Signal,
  Timestamp,
  Token,
  ToolReply,
  ToolRequest,
  Violation,
  subjects,
} from '@awo/contracts';
import { IntakeReply } from '@awo/bus';
import { ToolAdminReply, ToolAdminRequest } from '@awo/tools';
import { z } from 'zod';
import { TEST_CHANNELS } from './test-channels.ts';

export type Channel = {
  id: string;
  /** A subject with `{parameters}`. */
  address: string;
  description: string;
  /** The stream of deploy/nats/bus.yaml that keeps it; null: not stored. */
  stream: 'GOALS' | 'INBOX' | 'SIGNALS' | 'TIMERS' | 'HISTORY' | null;
  message: z.ZodType;
  reply?: z.ZodType;
  headers?: z.ZodType;
  /** Who sends, in the words of bus.yaml's users. */
  sentBy: string;
  receivedBy: string;
};

/** What each `{parameter}` of an address may be. */
export const PARAMETERS: Record<string, string> = {
  goal: 'Id of a goal: g and ten letters and digits.',
  from: 'Who wrote the commit: an agent, or operator. The broker holds each user to its own name.',
  to: 'Whose turn it is: an agent, or nobody.',
  role: 'An agent: planner, impact, test, deploy, monitor, diagnosis.',
  step: 'Id of a step of the goal.',
  environment: 'Name of an environment.',
  suite: 'Digest of a repository and a suite of it.',
  repository: 'Digest of a repository.',
  by: 'Who asks: an agent, or operator. The broker holds each user to its own name.',
  server: 'Name of a tool server.',
  tool: 'Name of a tool of an attached server.',
  instance: 'One replica.',
  share: 'One holding of a step by a test agent.',
  ask: 'One question to it.',
  digest: 'First 32 hex digits of the SHA-256 of subject, message id and body.',
  sequence: 'Sequence of the refused message in INBOX.',
  source: 'Where a signal comes from.',
  type: 'What kind of signal it is.',
  record: 'The goal that is held or released, pack-NUMBER for a removal, anchor for what was anchored.',
  incident: 'Environment and service, with an underscore between.',
  place: 'The goal that does not fit, or log for what is about all of them.',
};

const AlertmanagerWebhook = z.looseObject({
  alerts: z.array(z.looseObject({ status: z.string(), labels: z.record(z.string(), z.string()), annotations: z.record(z.string(), z.string()).optional() })),
});
const JsonRpc = z.looseObject({ jsonrpc: z.literal('2.0') }).describe('A message of the Model Context Protocol.');
const Refused = z.object({ at: Timestamp, subject: z.string(), code: z.string(), reason: z.string(), body: z.string() });
const Due = z.object({ step: Token, traceparent: z.string().optional() });
const GoalHeaders = z.object({
  'Nats-Msg-Id': z.string().optional().describe('The same id is the same goal.'),
  'ce-id': z.string().optional().describe('CloudEvents, binary mode: with ce-source it is what makes the goal unique.'),
  'ce-source': z.string().optional(),
  'awo-source': z.string().optional().describe('Shown as where the goal came from.'),
  traceparent: z.string().optional(),
});
const TraceHeaders = z.object({ traceparent: z.string().optional() });

/** What a publisher writes: the kind stands in the subject. Plain JSON, or inside a structured CloudEvent. */
function goalMessage(option: (typeof GoalSpec.options)[number]): z.ZodType {
  const { kind: _kind, ...fields } = option.shape;
  const plain = z.strictObject(fields as z.ZodRawShape);
  return z.union([
    plain,
    z.looseObject({ specversion: z.string(), id: z.string().min(1), source: z.string().min(1), traceparent: z.string().optional(), data: plain }),
  ]);
}

const goals = GoalSpec.options.map((option): Channel => {
  const kind = option.shape.kind.value;
  return {
    id: `goals-${kind}`,
    address: subjects.goals(kind),
    description: `A ${kind} goal from outside: plain JSON, or CloudEvents in binary or structured mode. A request is answered once the goal stands in its log.`,
    stream: 'INBOX',
    message: goalMessage(option),
    reply: IntakeReply,
    headers: GoalHeaders,
    sentBy: 'publisher, operator',
    receivedBy: 'planner',
  };
});

const tools = CAPABILITIES.map((capability): Channel => ({
  id: `tool-${capability.name.replace('.', '-')}`,
  address: subjects.tool('{by}' as 'planner', capability.name),
  description: `${capability.description} Effect: ${capability.effect}. \`working\` comes every two seconds until the answer.`,
  stream: null,
  message: ToolRequest.extend({ args: capability.input }),
  reply: withResult(capability.output),
  sentBy: 'agents and operator, as deploy/toolgate/policy.yaml allows',
  receivedBy: 'toolgate',
}));

const ARCHIVE_ASKS: Record<keyof typeof ARCHIVE_VERBS, string> = {
  find: 'Archived goals by service, environment, outcome, kind, time, git commit or beginning of the id, newest first.',
  read: 'The commits of an archived goal, a piece at a time: `next` is where the rest begins.',
  status: 'Where the archive is, how much it holds, what is on hold.',
  verify: 'Reads every pack: signatures, links, digests, hash chains, folds.',
  rebuild: 'Builds the index anew from the packs.',
  hold: 'Legal hold: the log of a goal is kept as it is.',
  release: 'Ends a legal hold.',
};

function archiveReply(gives: z.ZodType): z.ZodType {
  const [given, refused] = ArchiveReply.options;
  return z.discriminatedUnion('ok', [given.extend({ value: gives }), refused]);
}

function withResult(output: z.ZodType): z.ZodType {
  const [working, result, error] = ToolReply.options;
  return z.discriminatedUnion('kind', [working, result.extend({ result: output }), error]);
}

export const CHANNELS: readonly Channel[] = [
  ...goals,
  {
    id: 'log',
    address: subjects.log('{goal}', '{from}' as 'planner', '{to}' as 'planner'),
    description:
      'One commit of a goal: what happened, the state it leads to, and whose turn it is. Appended after the commit that the writer had read, or not at all.',
    stream: 'GOALS',
    message: Commit,
    headers: TraceHeaders,
    sentBy: 'agents, operator',
    receivedBy: 'the agent that {to} names',
  },
  {
    id: 'timer',
    address: subjects.timer('{role}' as 'planner', '{goal}', '{step}'),
    description: 'A durable timer (a JetStream message schedule). Publishing it again replaces it.',
    stream: 'TIMERS',
    message: Due,
    sentBy: 'agents',
    receivedBy: 'the server, which publishes to awo.due when it is time',
  },
  {
    id: 'due',
    address: subjects.due('{role}' as 'planner', '{goal}'),
    description: 'A timer has run out: the step is looked at again by any replica.',
    stream: 'TIMERS',
    message: Due,
    sentBy: 'the server',
    receivedBy: 'the agent that {role} names',
  },
  ...tools,
  {
    id: 'tool-external',
    address: subjects.tool('{by}' as 'planner', `${EXTERNAL_PREFIX}{server}.{tool}`),
    description: 'A tool of an attached server. Its result is {text, json, structured}.',
    stream: null,
    message: ToolRequest,
    reply: ToolReply,
    sentBy: 'monitor',
    receivedBy: 'toolgate',
  },
  ...(['list', 'add', 'pin', 'remove'] as const).map((verb): Channel => ({
    id: `toolgate-${verb}`,
    address: subjects.toolAdmin(verb),
    description: `What \`awo tools ${verb}\` asks. The answer is the list as it is afterwards.`,
    stream: null,
    message: ToolAdminRequest,
    reply: ToolAdminReply,
    sentBy: 'operator',
    receivedBy: 'toolgate',
  })),
  {
    id: 'mcp',
    address: subjects.mcp('{server}'),
    description: 'Opens an MCP session with any replica of a tool server. Answers come to the inbox of the sender.',
    stream: null,
    message: JsonRpc,
    reply: JsonRpc,
    sentBy: 'toolgate',
    receivedBy: 'the tool server',
  },
  {
    id: 'mcp-session',
    address: subjects.mcpSession('{server}', '{instance}'),
    description: 'Goes on with an MCP session, at the replica that answered first.',
    stream: null,
    message: JsonRpc,
    reply: JsonRpc,
    sentBy: 'toolgate',
    receivedBy: 'one replica of the tool server',
  },
  ...TEST_CHANNELS,
  {
    id: 'intake',
    address: subjects.intake('{digest}'),
    description: 'Acceptance or refusal of a message, from the planner that took it to the one whose requester waits.',
    stream: null,
    message: IntakeReply,
    sentBy: 'planner',
    receivedBy: 'planner',
  },
  {
    id: 'refused',
    address: subjects.history('refused', '{sequence}'),
    description: 'A message that was refused at the door, with the reason: what `awo ps --refused` shows.',
    stream: 'HISTORY',
    message: Refused,
    sentBy: 'planner',
    receivedBy: 'operator',
  },
  {
    id: 'release-outcome',
    address: subjects.history('releases', '{environment}'),
    description: 'What a release came to, as measured: the next choice of a strategy and `awo stats` go by it.',
    stream: 'HISTORY',
    message: ReleaseOutcome,
    sentBy: 'planner',
    receivedBy: 'deploy, operator',
  },
  ...(Object.keys(ARCHIVE_VERBS) as (keyof typeof ARCHIVE_VERBS)[]).map((verb): Channel => ({
    id: `archive-${verb}`,
    address: archiveSubject(verb),
    description: ARCHIVE_ASKS[verb],
    stream: null,
    message: ARCHIVE_VERBS[verb].takes,
    reply: archiveReply(ARCHIVE_VERBS[verb].gives),
    sentBy: verb === 'read' ? 'operator, verifier' : 'operator',
    receivedBy: 'archiver',
  })),
  {
    id: 'archive-record',
    address: subjects.history('archive', '{record}'),
    description: 'What was done with archived goals, by whom and why: a legal hold, its end, a removal by retention, an anchored pack.',
    stream: 'HISTORY',
    message: ArchiveRecord,
    sentBy: 'archiver',
    receivedBy: 'operator',
  },
  {
    id: 'violation',
    address: subjects.history('verifier', '{place}'),
    description: 'The log is not what was signed, or a chain does not fit: said once for each.',
    stream: 'HISTORY',
    message: Violation.extend({ at: Timestamp }),
    sentBy: 'verifier',
    receivedBy: 'operator',
  },
  {
    id: 'signal',
    address: subjects.signal('{source}', '{type}'),
    description:
      'Something is wrong with a service, or right again: plain JSON, a CloudEvent with that as data, or the webhook body of an Alertmanager, whose alerts name it by their labels. It opens an incident, joins one, or is absorbed. Kept for seven days.',
    stream: 'SIGNALS',
    message: z.union([Signal, z.looseObject({ specversion: z.string(), data: z.record(z.string(), z.unknown()) }), AlertmanagerWebhook]),
    sentBy: 'publisher, monitor, operator',
    receivedBy: 'planner',
  },
  {
    id: 'incident-outcome',
    address: subjects.history('incidents', '{incident}'),
    description: 'How an incident ended and what was tried: the choice of the next repair goes by it.',
    stream: 'HISTORY',
    message: IncidentOutcome,
    sentBy: 'planner',
    receivedBy: 'planner, operator',
  },
];
