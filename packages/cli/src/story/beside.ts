// Two choices of a strategy side by side: what differs, and what stands against each. Pure.
import type { Decision, Figures, Verdict } from '@awo/contracts';
import { padEnd } from '../output/columns.ts';
import type { Style } from '../output/style.ts';

export type Choice = Pick<Decision, 'because' | 'choice' | 'figures' | 'alternatives' | 'checks'>;

/** What was left out stands there as empty, as in a recorded decision. */
export const choiceOf = ({ because, choice, figures = {}, alternatives = [], checks = [] }: Pick<Verdict, keyof Choice>): Choice => ({
  because,
  choice,
  figures,
  alternatives,
  checks,
});

const [NAME, VALUE] = [40, 28];

export function besideLines(recorded: Choice, whatIf: Choice, style: Style): string[] {
  const names = [...new Set([...Object.keys(recorded.figures), ...Object.keys(whatIf.figures)])];
  const rows = names.map((name) => ({ name, was: shown(recorded.figures[name]), is: shown(whatIf.figures[name]) }));
  const differs = rows.filter(({ was, is }) => was !== is);
  return [
    `${style('bold', 'decided')}   ${recorded.choice}  ${style('dim', `[${recorded.because}]`)}`,
    `${style('bold', 'what if')}   ${whatIf.choice}  ${style('dim', `[${whatIf.because}]`)}`,
    '',
    style('dim', `${padEnd('', NAME)}${padEnd('decided', VALUE)}what if`),
    ...differs.map(({ name, was, is }) => `${padEnd(name, NAME)}${padEnd(was, VALUE)}${is}`),
    ...(differs.length === 0 ? ['Every number stays as it is.'] : []),
    '',
    ...whatIf.alternatives.map((a) => `${style('dim', 'rejected')}  ${a.kind}: ${a.rejectedBecause}`),
    ...whatIf.checks.filter((c) => !c.passed).map((c) => `${style('dim', 'check')}     ${c.name}: ${c.detail}`),
  ];
}

const shown = (value: Figures[string] | undefined): string =>
  value === undefined || value === null ? '-' : Array.isArray(value) ? value.join(', ') : String(value);
