// The impact report as a comment of a pull request: short, worst first. Pure.
import { chainLine, type ImpactReport } from '@awo/contracts';
import { short } from '../output/quantities.ts';
import { percentOf, worstFirst } from './chain.ts';
import { hintLines } from './hint-lines.ts';

const SHOWN = 15;

export function impactMarkdown(report: ImpactReport): string {
  const { base, head, units, tests, skipped, strategy, fallback, dead } = report;
  const hints = hintLines(report);
  const rows = worstFirst(units).slice(0, SHOWN);
  const chosen = tests.slice(0, SHOWN);
  return [
    `### Impact of ${base === null ? 'everything' : `\`${short(base)}\``} → \`${short(head)}\``,
    '',
    `**${units.length}** units, **${tests.length}** test files can see it, **${skipped.tests}** left out. Release: **${strategy.kind}**. ${cell(strategy.because)}`,
    ...(fallback ? ['', `> Not sure, so wider: ${cell(fallback.because)}`] : []),
    ...(hints.length > 0 ? ['', ...hints.map(({ head: what, text }) => `- **${what}**: ${cell(text)}`)] : []),
    ...dead.map((rule) => `\n> awo.yaml \`impact.${rule}\` changes nothing.`),
    ...(rows.length > 0
      ? [
          '',
          '| unit | change | risk | why |',
          '|---|---|---|---|',
          ...rows.map((unit) => `| ${code(unit.id)} | ${unit.change} | ${unit.risk} | ${cell(chainLine(unit.reasons))} |`),
        ]
      : []),
    ...(units.length > rows.length ? [`\n… and ${units.length - rows.length} more units.`] : []),
    ...(chosen.length > 0
      ? [
          '',
          `<details><summary>${tests.length} test files</summary>`,
          '',
          '| test | sure | why |',
          '|---|---:|---|',
          ...chosen.map((test) => `| ${code(test.file)} | ${percentOf(test.probability)} | ${cell(chainLine(test.reasons))} |`),
          ...(tests.length > chosen.length ? ['', `… and ${tests.length - chosen.length} more.`] : []),
          '',
          '</details>',
        ]
      : []),
    ...(skipped.because.length > 0 ? ['', ...skipped.because.map((because) => `${cell(because)}  `)] : []),
  ].join('\n');
}

/** File names may hold anything: a bar ends the cell, a tag is a tag. */
const cell = (text: string): string =>
  text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('`', "'");
const code = (text: string): string => `\`${cell(text)}\``;
