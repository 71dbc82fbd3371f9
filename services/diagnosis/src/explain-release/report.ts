// The diagnosis of a release as a page for people. Pure.
import { markdownOf } from '@awo/root-cause';
import type { DiagnosisDecision } from './decide.ts';
import { type DiagnosisFacts, examinedOf } from './facts.ts';

const LAST_LINES = 40;

export function reportOf(facts: DiagnosisFacts, { diagnosis, choice, answer }: DiagnosisDecision): string {
  return [
    `# What stopped the release: ${facts.environment}`,
    choice,
    facts.failed.map((f) => `- ${f.step} failed (${f.code}): ${f.message}`).join('\n'),
    table(facts),
    diagnosis.since === null ? '' : `Since ${diagnosis.since}${diagnosis.firstBadRequest === null ? '' : `: ${diagnosis.firstBadRequest}`}.`,
    markdownOf(answer).trim().replaceAll(/^#/gm, '##'),
    diagnosis.commits.length === 0
      ? ''
      : `## Commits\n\n${diagnosis.commits.map((c) => `- ${c.sha.slice(0, 12)} ${c.subject}\n${c.files.map((f) => `  - ${f}`).join('\n')}`).join('\n')}`,
    ...examinedOf(facts).map(({ change }) => said(change.service, facts)),
    facts.missing.length === 0 ? '' : `## Gave no answer\n\n${facts.missing.map((m) => `- ${m}`).join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function table(facts: DiagnosisFacts): string {
  if (facts.watched.length === 0) return '';
  const rows = facts.watched.map(
    ({ service, weight, comparison: { old, new: fresh }, because }) =>
      `| ${service} | ${weight} % | ${old.requests} | ${old.errors} | ${ms(old.p95Ms)} | ${fresh.requests} | ${fresh.errors} | ${ms(fresh.p95Ms)} | ${fresh.customersWithErrors} | ${because} |`,
  );
  const head = '| service | weight | old requests | old errors | old p95 | new requests | new errors | new p95 | customers with errors | verdict |';
  return [head, '|---|---|---|---|---|---|---|---|---|---|', ...rows].join('\n');
}

const ms = (x: number | null): string => (x === null ? '' : `${Math.round(x)} ms`);

function said(service: string, { bundle }: DiagnosisFacts): string {
  const [from] = bundle.incident.window ?? [0];
  const lines = bundle.logs.filter((row) => row.entity === service && Number(row.t) >= Number(from)).slice(-LAST_LINES);
  return lines.length === 0 ? '' : `## What the new ${service} said\n\n${lines.map((line) => `    ${line.message}`).join('\n')}`;
}
