// awo log: the commits of a goal as a conversation, as data, or checked.
import type { Bus } from '@awo/bus';
import { TerminalError } from '@awo/contracts';
import type { ChainEntry, ChainProblem, GoalHead } from '@awo/goal';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { print } from '../output/print.ts';
import { mark } from '../output/style.ts';
import { withSession } from '../session.ts';
import type { Session } from '../session.ts';
import { logLine, logRecord } from '../story/log-lines.ts';
import type { Logged } from '../story/log-lines.ts';
import { signedHead } from '../verifier-view.ts';

export const log = (context: CliContext, wanted: string, options: { follow?: boolean | undefined; verify?: boolean | undefined }): Promise<ExitCode> =>
  withSession(context, async (session) => {
    const goal = await findGoal(session.bus, wanted);
    if (options.verify) return verify(context, session, goal);
    return options.follow ? followLog(context, session, goal) : printLog(context, session, goal);
  });

async function printLog(context: CliContext, { bus }: Session, goal: string): Promise<ExitCode> {
  const logged: Logged[] = [];
  for await (const head of bus.history(goal)) logged.push(head);
  await print(context.terminal, context.format, logged.map(logRecord), () => logged.map((entry) => logLine(entry, context.terminal.style)));
  return EXIT.reached;
}

/** Ends when the goal has ended: one line (or one JSON document) per commit until then. */
async function followLog({ terminal, format, signal }: CliContext, { bus }: Session, goal: string): Promise<ExitCode> {
  for await (const head of bus.follow({ goal, signal })) {
    terminal.out(format === 'json' ? JSON.stringify(logRecord(head)) : logLine(head, terminal.style));
    if (head.commit.state.ended) return EXIT.reached;
  }
  return EXIT.interrupted;
}

/** Hash chain, fold, authors, and what the verifier has signed of the goal; names the place of the first problem. */
async function verify({ terminal, format }: CliContext, { bus, home }: Session, goal: string): Promise<ExitCode> {
  const signed = await signedHead(home, goal);
  const found = await check(bus, goal, signed);
  if (found.ok) {
    await print(terminal, format, { id: goal, ok: true, commits: found.commits, signed: signed?.commits ?? 0, problem: null }, () => [
      `${mark(terminal.style, 'passed')} ${goal}: ${found.commits} commits, the hash chain is unbroken, every state is the fold of its events, every author fits${signed ? `, and ${signed.commits === found.commits ? 'all' : signed.commits} of them are as they were signed` : ''}.`,
    ]);
    return EXIT.reached;
  }
  const { problem } = found;
  await print(terminal, format, { id: goal, ok: false, commits: found.read, signed: null, problem }, () => [
    `${mark(terminal.style, 'failed')} ${goal}: commit ${problem.index + 1} (sequence ${problem.seq}), ${problem.what}: ${problem.detail}`,
  ]);
  return EXIT.endedOtherwise;
}

type Problem = Pick<ChainProblem, 'seq' | 'index' | 'what' | 'detail'>;

async function check(bus: Bus, goal: string, signed: GoalHead | null): Promise<{ ok: true; commits: number } | { ok: false; read: number; problem: Problem }> {
  const { verifyAnchored } = await import('@awo/goal');
  const entries: ChainEntry[] = [];
  let unreadable: TerminalError | undefined;
  try {
    for await (const entry of bus.history(goal)) entries.push(entry);
  } catch (error) {
    // A message that is no commit ends the reading: what stands before it is still checked first.
    if (!(error instanceof TerminalError) || error.code !== 'bad-message') throw error;
    unreadable = error;
  }
  const found = verifyAnchored(entries, unreadable ? null : signed);
  if (!found.ok) return { ok: false, read: entries.length, problem: found.problem };
  if (!unreadable) return { ok: true, commits: entries.length };
  return {
    ok: false,
    read: entries.length,
    problem: { seq: (entries.at(-1)?.seq ?? 0) + 1, index: entries.length, what: 'not-a-commit', detail: unreadable.message },
  };
}
