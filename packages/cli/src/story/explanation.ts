// Every decision of a goal with what it rests on, from the commits alone. Pure.
import type { Commit, Decision } from '@awo/contracts';
import { padEnd, wrap } from '../output/columns.ts';
import { clock } from '../output/quantities.ts';
import { mark } from '../output/style.ts';
import type { Style } from '../output/style.ts';
import { numbersLines, numbersOf, otherFigures } from './comparison.ts';
import { impactChains, impactRows } from './impact-chains.ts';
import type { ImpactChains } from './impact-chains.ts';
import { factsOf } from './decided-again.ts';
import { goalTitle, outcomeWords, stepTitle } from './words.ts';

/** One decision. These field names are documented in docs/cli-data.md. */
type Explained = Decision & {
  step: string;
  title: string;
  role: string;
  instance: string;
  at: string;
  /** Of the verdict on a change alone: the chains of its facts, or why they cannot be told. */
  impact?: ImpactChains | { unreadable: string };
};
export type Explanation = { id: string; goal: string; outcome: string | null; because: string | null; decisions: Explained[] };

/** Throws nothing: a goal without decisions gives an empty list. */
export function explain(commits: readonly Commit[], step?: string): Explanation {
  const last = commits.at(-1);
  const decisions = commits.flatMap((commit) =>
    commit.events.flatMap((event): Explained[] => {
      if (event.type !== 'decision.made' || (step && event.step !== step)) return [];
      const planned = commit.state.steps.find((s) => s.id === event.step);
      const { author, instance } = commit.by;
      return [{ step: event.step, title: planned ? stepTitle(planned) : event.step, role: author, instance, at: commit.at, ...event.decision }];
    }),
  );
  const ended = last?.state.ended;
  return { id: last?.goal ?? '', goal: last ? goalTitle(last.state.spec) : '', outcome: ended?.outcome ?? null, because: ended?.because ?? null, decisions };
}

/** The same with the chains that lead to what a change touches. `read` fetches evidence by its digest. */
export async function withChains(explanation: Explanation, commits: readonly Commit[], read: (digest: string) => Promise<unknown>): Promise<Explanation> {
  const { steps = [] } = commits.at(-1)?.state ?? {};
  const decisions = explanation.decisions.map(async (decision): Promise<Explained> => {
    if (decision.kind !== 'assess-impact') return decision;
    try {
      const chains = impactChains(await factsOf(decision, read), steps.find((step) => step.id === decision.step)?.output);
      return { ...decision, impact: chains ?? { unreadable: 'its facts were recorded in another form' } };
    } catch (error) {
      // What was decided is told all the same.
      return { ...decision, impact: { unreadable: error instanceof Error ? error.message : String(error) } };
    }
  });
  return { ...explanation, decisions: await Promise.all(decisions) };
}

/** A cause with what speaks for and against it: too much for one line of facts. */
const CAUSE = /^hypothesis\d+$/;
const LABEL = 13;
const INDENT = '   ';

/** Looks in a row that decided the same are one block: the last, and how many there were. */
export function explanationLines(explanation: Explanation, style: Style, columns: number): string[] {
  const { outcome } = explanation;
  const lines = [
    `${style('bold', explanation.goal)}  ${style('dim', explanation.id)}${outcome ? `  ${outcomeWords(outcome as Parameters<typeof outcomeWords>[0])}` : ''}`,
  ];
  const { decisions } = explanation;
  let same = 1;
  decisions.forEach((decision, i) => {
    const following = decisions[i + 1];
    if (following && following.step === decision.step && following.because === decision.because) {
      same += 1;
      return;
    }
    lines.push('', ...decisionBlock(decision, same, style, columns));
    same = 1;
  });
  return lines;
}

function decisionBlock(d: Explained, looks: number, style: Style, columns: number): string[] {
  const row = (label: string, text: string) =>
    wrap(text, columns - INDENT.length - LABEL).map((line, i) => `${INDENT}${style('dim', padEnd(i === 0 ? label : '', LABEL))}${line}`);
  const numbers = numbersOf(d.figures);
  const others = otherFigures(d.figures);
  const causes = others.flatMap(([key, value]) => (CAUSE.test(key) && Array.isArray(value) ? [value] : []));
  const facts = others.filter(([key]) => !CAUSE.test(key)).map(([key, value]) => `${key} ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`);
  return [
    `${style('dim', clock(d.at))}  ${style('bold', d.title)}  ${style('dim', `step ${d.step}${looks > 1 ? `, ${looks} looks with this answer, the last one` : ''}`)}`,
    ...row('chose', d.choice),
    ...row('rule', `${d.kind} / ${d.because}`),
    ...(numbers ? numbersLines(numbers).flatMap((text, i) => row(i === 0 ? 'numbers' : '', text)) : []),
    ...(facts.length > 0 ? row('facts', facts.join(', ')) : []),
    ...causes.flatMap((lines, i) => lines.flatMap((line, j) => row(j === 0 ? `cause ${i + 1}` : '', line))),
    ...(d.impact === undefined
      ? []
      : 'unreadable' in d.impact
        ? row('touches', d.impact.unreadable)
        : impactRows(d.impact).flatMap(({ label, text }) => row(label, text))),
    ...d.alternatives.flatMap((a, i) => row(i === 0 ? 'rejected' : '', `${a.kind}: ${a.rejectedBecause}`)),
    ...d.checks.flatMap((c, i) => row(i === 0 ? 'checks' : '', `${mark(style, c.passed ? 'passed' : 'failed')} ${c.name}: ${c.detail}`)),
    ...row('decided by', `${d.by}, as ${d.instance}`),
    ...d.facts.flatMap((digest, i) => row(i === 0 ? 'evidence' : '', digest)),
  ];
}
