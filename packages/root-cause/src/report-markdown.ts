// A diagnosis as a page of Markdown. Pure.
import type { Hypothesis, RootCauses } from '@awo/contracts';

const percent = (share: number): string => `${Math.round(share * 100)}%`;
/** Evidence is other people's text: it must not become markup. */
const plain = (text: string): string => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#]/g, (mark) => `\\${mark}`);

export function markdownOf(result: RootCauses): string {
  const missing = [...new Set(result.hypotheses.flatMap((h) => h.missing))];
  return [
    `# Diagnosis: ${result.verdict}`,
    '',
    plain(result.because),
    ...result.hypotheses.flatMap(section),
    ...part(
      'Ruled out',
      (result.ruledOut ?? []).map((r) => `${r.entity}: ${r.says}`),
    ),
    ...part('Not known', missing),
    ...part('Left out', result.notes),
    '',
  ].join('\n');
}

const section = (h: Hypothesis, i: number): string[] => [
  '',
  `## ${i + 1}. ${plain(h.cause)} on ${plain(h.entity)} (${percent(h.confidence)})`,
  '',
  ...h.for.map((s) => `- for: ${plain(s.says)} (${plain(s.evidence)})`),
  ...h.against.map((s) => `- against: ${plain(s.says)} (${plain(s.evidence)})`),
  `- next check: ${plain(h.nextCheck)}`,
  ...(h.repair === undefined ? [] : [`- repair: ${plain(h.repair)}`]),
];

const part = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines.map((line) => `- ${plain(line)}`)];
