// Every subject of the bus, spelled once.
import type { Addressee, Author, Role } from './ids.ts';

export const subjects = {
  /** One commit of a goal. */
  log: (goal: string, from: Author, to: Addressee) => `awo.log.${goal}.${from}.${to}`,
  /** All commits of one goal: also what the append guard compares with. */
  goalLog: (goal: string) => `awo.log.${goal}.>`,
  allLogs: 'awo.log.>',
  logsBy: (author: string) => `awo.log.*.${author}.*`,
  /** What is handed to a role. */
  workOf: (role: Role) => `awo.log.*.*.${role}`,
  /** Anyone publishes goals here. */
  goals: (kind: string) => `awo.goals.${kind}`,
  allGoals: 'awo.goals.*',
  /** A schedule's own subject: publishing it again replaces the timer. */
  timer: (role: Role, goal: string, step: string) => `awo.timer.${role}.${goal}.${step}`,
  /** Where a timer that is due arrives. */
  due: (role: Role, goal: string) => `awo.due.${role}.${goal}`,
  dueOf: (role: Role) => `awo.due.${role}.*`,
  history: (what: string, key: string) => `awo.history.${what}.${key}`,
  signal: (source: string, type: string) => `awo.signal.${source}.${type}`,
  /** Where an MCP client opens a session with any replica of a server. */
  mcp: (server: string) => `awo.mcp.${server}`,
  /** Where that session goes on: one replica. */
  mcpSession: (server: string, instance: string) => `awo.mcp.${server}.${instance}`,
  /** A capability asked of toolgate, e.g. `awo.tool.impact.vcs.reach`. Who asks stands in the subject, so the broker vouches for it. */
  tool: (by: string, capability: string) => `awo.tool.${by}.${capability}`,
  allTools: 'awo.tool.>',
  /** Toolgate's own administration: list, add, pin, remove. */
  toolAdmin: (verb: string) => `awo.toolgate.${verb}`,
  /** Suites that nobody has begun, for all test agents to hear. Not stored: the goal's log alone says what happened. */
  shareOffer: 'awo.share.offer',
  /** Where the agent that offers is asked. */
  shareLead: (share: string) => `awo.share.lead.${share}`,
  /** Where it answers: no inbox, so that a test agent can never answer in toolgate's place. */
  shareAnswer: (ask: string) => `awo.share.answer.${ask}`,
  /** Accept or refusal of an inbox message, by digest of its bytes; not stored. */
  intake: (digest: string) => `awo.intake.${digest}`,
} as const;

/** Read the goal, author and addressee out of a log subject. */
export function parseLogSubject(subject: string): { goal: string; from: string; to: string } {
  const [, , goal = '', from = '', to = ''] = subject.split('.');
  return { goal, from, to };
}
