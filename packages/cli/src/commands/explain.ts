// awo explain: every decision of a goal with what it rests on.
import type { Commit } from '@awo/contracts';
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { didYouMean } from '../nearest.ts';
import { print } from '../output/print.ts';
import { mark } from '../output/style.ts';
import { withSession } from '../session.ts';
import { decideAgain, recordedDecisions } from '../story/decided-again.ts';
import { explain as explainCommits, explanationLines, withChains } from '../story/explanation.ts';
import { commitsOf } from './commits-of.ts';

export type ExplainOptions = { step?: string | undefined; facts?: boolean | undefined; replay?: boolean | undefined };

export const explain = (context: CliContext, wanted: string, options: ExplainOptions): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const { terminal, format } = context;
    const commits = await commitsOf(bus, await findGoal(bus, wanted));
    const steps = [...new Set(commits.flatMap((c) => c.state.steps.map((s) => s.id)))];
    if (options.step && !steps.includes(options.step)) throw new RefusedError(`This goal has no step "${options.step}".`, didYouMean(options.step, steps));
    const read = async (digest: string) => readable(await bus.evidence.get(digest));
    if (options.replay) return replayDecisions(context, commits, options.step, read);
    const explanation = await withChains(explainCommits(commits, options.step), commits, read);
    if (!options.facts) {
      await print(terminal, format, explanation, () => explanationLines(explanation, terminal.style, terminal.columns()));
      return EXIT.reached;
    }
    const facts: Record<string, unknown> = {};
    for (const digest of new Set(explanation.decisions.flatMap((d) => d.facts))) facts[digest] = await read(digest);
    await print(terminal, format, { ...explanation, evidence: facts }, () => [
      ...explanationLines(explanation, terminal.style, terminal.columns()),
      ...Object.entries(facts).flatMap(([digest, content]) => [
        '',
        terminal.style('bold', digest),
        typeof content === 'string' ? content : JSON.stringify(content, null, 2),
      ]),
    ]);
    return EXIT.reached;
  });

/** Exit code 1 where a decision comes out otherwise than it was recorded, or can't be made again. */
async function replayDecisions(
  { terminal, format }: CliContext,
  commits: readonly Commit[],
  step: string | undefined,
  read: (digest: string) => Promise<unknown>,
) {
  const recorded = (await recordedDecisions(commits, read)).filter((r) => !step || r.step === step);
  const decisions = await decideAgain(recorded);
  const ok = decisions.every(({ same }) => same);
  const id = commits.at(-1)?.goal ?? '';
  const { style } = terminal;
  await print(terminal, format, { id, ok, decisions }, () => [
    ...decisions.map(
      (d) =>
        `${mark(style, d.same ? 'passed' : 'failed')} ${d.role.padEnd(10)} ${d.step.padEnd(24)} ${d.kind} / ${d.because}${d.same ? '' : `: ${d.error ?? `${d.differs.join(', ')} not as recorded`}`}`,
    ),
    '',
    ok
      ? `${decisions.length} decisions, made again from their recorded facts: the same.`
      : `${decisions.filter((d) => !d.same).length} of ${decisions.length} decisions do not come out as recorded.`,
  ]);
  return ok ? EXIT.reached : EXIT.endedOtherwise;
}

function readable(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
