// Recorded decisions, put again to the functions that made them: each agent's own program, fed with the recorded facts.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import type { Commit, Decision, StepKind } from '@awo/contracts';
import { readServiceList } from '@awo/embedded';

/** A decision in the log, with the facts that its evidence or it itself holds; undefined where it was recorded before facts were kept. */
export type Recorded = { step: string; stepKind: StepKind; role: string; decision: Decision; facts: unknown };
/** `differs`: names of the fields that are not as recorded; `error`: why it could not be decided again. */
export type DecidedAgain = {
  step: string;
  role: string;
  kind: Decision['kind'];
  because: Decision['because'];
  same: boolean;
  differs: string[];
  error: string | null;
};

/** Every decision of an agent, in the order of the log. `read` fetches evidence by its digest. */
export async function recordedDecisions(commits: readonly Commit[], read: (digest: string) => Promise<unknown>): Promise<Recorded[]> {
  const found: Recorded[] = [];
  for (const { events, state, by } of commits) {
    for (const event of events) {
      const planned = event.type === 'decision.made' ? state.steps.find((s) => s.id === event.step) : undefined;
      // What a person decided rests on no function.
      if (event.type !== 'decision.made' || !planned || by.author === 'operator') continue;
      const { decision } = event;
      found.push({ step: event.step, stepKind: planned.kind, role: by.author, decision, facts: await factsOf(decision, read) });
    }
  }
  return found;
}

/** What a decision was made from; undefined where that was not recorded. */
export async function factsOf({ given, facts: [digest] }: Decision, read: (digest: string) => Promise<unknown>): Promise<unknown> {
  return given !== undefined ? JSON.parse(given) : digest === undefined ? undefined : read(digest);
}

/** One process per role, each asked for all of its decisions. @throws where a role's program does not run. */
export async function decideAgain(recorded: readonly Recorded[]): Promise<DecidedAgain[]> {
  const answers = new Map<Recorded, DecidedAgain>();
  const roles = [...new Set(recorded.map(({ role }) => role))];
  await Promise.all(
    roles.map(async (role) => {
      const own = recorded.filter((r) => r.role === role && r.facts !== undefined);
      const given = await askRole(role, own);
      own.forEach((r, i) => answers.set(r, compared(r, given[i])));
    }),
  );
  return recorded.map(
    (r) => answers.get(r) ?? { ...headOf(r), same: false, differs: [], error: 'its facts were not recorded: it was made by an older version' },
  );
}

const headOf = ({ step, role, decision: { kind, because } }: Recorded) => ({ step, role, kind, because });

function compared(r: Recorded, answer: { decision?: Partial<Decision>; error?: string } | undefined): DecidedAgain {
  if (!answer?.decision) return { ...headOf(r), same: false, differs: [], error: answer?.error ?? 'no answer' };
  const again = answer.decision;
  const fields = ['kind', 'because', 'choice', 'figures', 'alternatives', 'checks'] as const;
  const differs = fields.filter((field) => !isDeepStrictEqual(again[field], r.decision[field]));
  return { ...headOf(r), same: differs.length === 0, differs, error: null };
}

async function askRole(role: string, questions: readonly Recorded[]): Promise<{ decision?: Partial<Decision>; error?: string }[]> {
  const service = readServiceList().services.find(({ name, kind }) => name === role && kind === 'agent');
  if (!service) return questions.map(() => ({ error: `no agent "${role}" is installed here` }));
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [service.main], { env: { PATH, HOME, NODE_COMPILE_CACHE, AWO_DECIDE: 'stdin' }, stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise<number | null>((resolve, reject) => void child.once('error', reject).once('close', resolve));
  // A program that ends early closes its input: what it did not answer says so below.
  child.stdin.on('error', () => {});
  for (const { stepKind, facts } of questions) child.stdin.write(`${JSON.stringify({ step: stepKind, facts })}\n`);
  child.stdin.end();
  const answers: { decision?: Partial<Decision>; error?: string }[] = [];
  for await (const line of createInterface({ input: child.stdout })) answers.push(JSON.parse(line));
  await closed;
  return answers;
}
