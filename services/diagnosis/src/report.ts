// The diagnosis as a page for people. Pure.
import type { DiagnosisDecision } from './decide.ts';
import type { DiagnosisFacts } from './facts.ts';
import { errorLines } from './mentions.ts';

export function reportOf(facts: DiagnosisFacts, { diagnosis, choice }: DiagnosisDecision): string {
  return [
    `# Diagnosis: ${facts.environment}`,
    choice,
    facts.failed.map((f) => `- ${f.step} failed (${f.code}): ${f.message}`).join('\n'),
    table(facts),
    diagnosis.since === null ? '' : `Since ${diagnosis.since}${diagnosis.firstBadRequest === null ? '' : `: ${diagnosis.firstBadRequest}`}.`,
    '## Candidates',
    ...diagnosis.candidates.map((c) =>
      [`### ${c.cause} (${c.kind}, ${c.score} points)`, ...c.for.map((t) => `- for: ${t}`), ...c.against.map((t) => `- against: ${t}`)].join('\n'),
    ),
    diagnosis.commits.length === 0
      ? ''
      : `## Commits\n\n${diagnosis.commits.map((c) => `- ${c.sha.slice(0, 12)} ${c.subject}\n${c.files.map((f) => `  - ${f}`).join('\n')}`).join('\n')}`,
    ...facts.changed.map((s) => samples(s.change.service, s.fresh?.samples ?? [], errorLines(s.logs))),
    facts.missing.length === 0 ? '' : `## Not known\n\n${facts.missing.map((m) => `- ${m}`).join('\n')}`,
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

function samples(service: string, answers: { at: string; method: string; path: string; status: number; body: string }[], log: string[]): string {
  if (answers.length === 0 && log.length === 0) return '';
  const lines = [...answers.map((a) => `${a.at} ${a.method} ${a.path} ${a.status} ${a.body}`), ...log.slice(-40)];
  return `## What the new ${service} said\n\n${lines.map((l) => `    ${l}`).join('\n')}`;
}
