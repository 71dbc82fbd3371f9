// A planned release for people: decisions, the ways in numbers, the steps that would follow. Pure.
import type { Figures } from '@awo/contracts';
import { padEnd, wrap } from '../output/columns.ts';
import type { Style } from '../output/style.ts';
import { mark } from '../output/style.ts';
import type { DryRun } from '../commands/plan.ts';

const WAYS = { full: 'Full', 'blue-green': 'BlueGreen', canary: 'Canary', shadow: 'Shadow' } as const;
const LABEL = 17;

export function planLines(run: DryRun, style: Style, columns: number): string[] {
  const block = (label: string, text: string): string[] =>
    wrap(text, columns - LABEL).map((line, i) => `${style('dim', padEnd(i === 0 ? label : '', LABEL))}${line}`);
  const lines = run.decisions.filter((d) => d.kind !== 'conclude').flatMap((d) => block(d.kind, `${d.choice} [${d.because}]`));
  const choice = run.decisions.find((d) => d.kind === 'choose-strategy');
  return [
    ...lines,
    ...(choice ? ['', ...wayLines(choice.figures, style)] : []),
    ...(choice?.alternatives.flatMap((a) => block('rejected', `${a.kind}: ${a.rejectedBecause}`)) ?? []),
    ...(choice?.checks.flatMap((c) => block('check', `${mark(style, c.passed ? 'passed' : 'failed')} ${c.name}: ${c.detail}`)) ?? []),
    ...(run.steps.length > 0 ? ['', style('bold', 'would be planned'), ...run.steps.flatMap((s) => block(s.id, s.because))] : []),
    '',
    run.outcome === 'done'
      ? `Nothing was changed. Why, in full: awo explain ${run.id}   Other numbers: awo whatif ${run.id} --traffic x10`
      : `${run.outcome}: ${run.because}`,
  ];
}

/** One table per service: with several, the names of figures begin with it. */
function wayLines(figures: Figures, style: Style): string[] {
  const services = Object.keys(figures).flatMap(
    (name) => /^(.*\.)?expectedFailedRequestsFull$/.exec(name)?.[1] ?? (name === 'expectedFailedRequestsFull' ? '' : []),
  );
  const cell = (value: unknown): string => padEnd(value === undefined || value === null ? '-' : String(value), 12);
  return services.flatMap((prefix) => [
    style('dim', `${padEnd(prefix.replace(/\.$/, ''), LABEL)}${['failed', 'seconds', 'processes', 'shows'].map((name) => padEnd(name, 12)).join('')}`),
    ...Object.entries(WAYS).map(([way, name]) => {
      const of = (figure: string): string => cell(figures[`${prefix}${figure}${name}`]);
      return `${padEnd(way, LABEL)}${of('expectedFailedRequests')}${of('seconds')}${of('extraProcessSeconds')}${of('smallestErrorRatioShown')}`;
    }),
    style('dim', `${padEnd('', LABEL)}failed requests to be expected, seconds, seconds of a second process, smallest share of failures shown`),
  ]);
}
