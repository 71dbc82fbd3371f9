// The cause of a release that failed, ranked by the same function as the causes of an incident, and what of the release it is. Pure.
import { type Diagnosis, type Hypothesis, type RootCauses, TerminalError, type Verdict } from '@awo/contracts';
import { diagnose, evidenceOf, LEAD, namedFiles } from '@awo/root-cause';
import { alternativesOf, BECAUSE, figuresOf, handedOn } from '../told.ts';
import { sinceOf } from './bundle.ts';
import { type ChangedService, type Commit, type DiagnosisFacts, examinedOf } from './facts.ts';
import { firstBadRequest } from './first-bad-request.ts';

export type DiagnosisDecision = Verdict<'diagnose'> & { diagnosis: Diagnosis; answer: RootCauses };

export function decideDiagnosis(facts: DiagnosisFacts): DiagnosisDecision {
  // Before this there was another scoring, with other facts.
  if (facts.bundle === undefined)
    throw new TerminalError('bad-arguments', 'These facts of a diagnosis were recorded by an older version, which weighed them otherwise.');
  const evidence = evidenceOf(facts.bundle);
  const answer = diagnose(evidence);
  const examined = examinedOf(facts);
  const main = examined.find((s) => s.fresh?.firstErrorAt) ?? examined[0];
  const [first, second] = answer.hypotheses;
  const named = new Set(namedFiles(evidence.changes, evidence.logs).flatMap((n) => n.changes.map((c) => `${n.entity} ${c.revision ?? ''}`)));
  /** Commits whose files the errors name; all of them where none is named. */
  const blamedOf = ({ change, commits }: ChangedService): Commit[] => {
    const hit = commits.filter((c) => named.has(`${change.service} ${c.sha.slice(0, 7)}`));
    return hit.length > 0 ? hit : commits;
  };
  const nameOf = (h: Hypothesis): string => {
    const service = examined.find((s) => s.change.service === h.entity);
    return service === undefined ? `${h.cause} on ${h.entity}` : changeName(service, blamedOf(service));
  };
  const culprit = examined.find((s) => s.change.service === first?.entity) ?? (answer.verdict === 'found' ? undefined : main);
  const diagnosis: Diagnosis = {
    verdict: answer.verdict,
    because: answer.because.slice(0, 600),
    since: sinceOf(facts, examined),
    firstBadRequest: main === undefined ? null : firstBadRequest(facts, main),
    hypotheses: handedOn(answer),
    ...(answer.ruledOut === undefined ? {} : { ruledOut: answer.ruledOut }),
    commits: (culprit === undefined ? [] : blamedOf(culprit)).slice(0, 10).map((c) => ({ sha: c.sha, subject: c.subject, files: c.files.slice(0, 20) })),
  };
  return {
    kind: 'diagnose',
    because: BECAUSE[answer.verdict],
    choice: choiceOf(answer, nameOf, first, second).slice(0, 600),
    figures: {
      since: diagnosis.since,
      firstBadRequest: diagnosis.firstBadRequest,
      ...figuresOf(answer),
      silent: facts.missing.slice(0, 50),
    },
    alternatives: alternativesOf(answer),
    diagnosis,
    answer,
  };
}

function choiceOf({ verdict, because }: RootCauses, nameOf: (h: Hypothesis) => string, first: Hypothesis | undefined, second: Hypothesis | undefined): string {
  if (verdict === 'insufficient' || first === undefined) return because;
  const told = `${nameOf(first)} (${Math.round(first.confidence * 100)} %)`;
  const says = first.for[0]?.says ?? '';
  if (verdict === 'found') return `Cause: ${told}. ${says}`;
  const isTie = second !== undefined && first.confidence - second.confidence < LEAD;
  return isTie ? `Either ${told} or ${nameOf(second)}. ${says}` : `Probably ${told}, on thin evidence. ${says}`;
}

function changeName({ change: { service, head } }: ChangedService, commits: readonly Commit[]): string {
  const [first] = commits;
  if (first === undefined) return `${service} ${head.slice(0, 7)}: the change itself`;
  if (commits.length === 1) return `commit ${first.sha.slice(0, 7)} "${first.subject}" in ${service}`;
  return `one of ${commits.length} commits in ${service}, newest ${first.sha.slice(0, 7)} "${first.subject}"`;
}
