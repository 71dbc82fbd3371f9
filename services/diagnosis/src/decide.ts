// Ranks the possible causes by what speaks for and against each. Pure.
import type { Diagnosis, Verdict } from '@awo/contracts';
import type { Candidate } from './candidate.ts';
import { commitCandidate, failedWatch, implicated } from './commit-candidate.ts';
import type { ChangedService, DiagnosisFacts } from './facts.ts';
import { dependencyCandidates, loadCandidate, machineCandidate } from './surroundings.ts';

export type DiagnosisDecision = Verdict<'diagnose'> & { diagnosis: Diagnosis };

/** One strong statement, nothing against it. */
const ENOUGH = 3;
/** Lead over the next candidate from which the others no longer matter. */
const LEAD = 2;

export function decideDiagnosis(facts: DiagnosisFacts): DiagnosisDecision {
  const suspects = facts.changed.filter((s) => facts.failed.some((f) => f.service === s.change.service));
  const examined = suspects.length > 0 ? suspects : facts.changed;
  const candidates = [...examined.map((s) => commitCandidate(facts, s)), ...dependencyCandidates(facts), machineCandidate(facts), loadCandidate(facts)]
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 12);
  const [first, second] = candidates;
  const verdict = verdictOf(first, second);
  const main = examined.find((s) => s.fresh?.firstErrorAt) ?? examined[0];
  const blamed = first?.kind === 'commit' && main !== undefined ? implicated(main).commits : (main?.commits ?? []);
  const diagnosis: Diagnosis = {
    verdict,
    since: main?.fresh?.firstErrorAt ?? failedWatch(facts, main?.change.service ?? '')?.startedAt ?? facts.failed[0]?.settledAt ?? null,
    firstBadRequest: main === undefined ? null : firstBadRequest(facts, main),
    candidates,
    commits: blamed.slice(0, 10).map((c) => ({ sha: c.sha, subject: c.subject, files: c.files.slice(0, 20) })),
  };
  return {
    kind: 'diagnose',
    because: verdict === 'found' ? 'cause-found' : verdict === 'ambiguous' ? 'ambiguous' : 'insufficient-evidence',
    choice: choiceOf(verdict, first, second).slice(0, 600),
    figures: {
      candidates: candidates.map((c) => `${c.cause}: ${c.score}`.slice(0, 400)),
      since: diagnosis.since,
      firstBadRequest: diagnosis.firstBadRequest,
      missing: facts.missing.slice(0, 50),
    },
    alternatives: candidates.slice(1).map((c) => ({
      kind: `${c.kind}: ${c.cause}`.slice(0, 80),
      rejectedBecause: (c.against.join(' ') || `Less speaks for it (${c.score} points).`).slice(0, 600),
    })),
    diagnosis,
  };
}

function verdictOf(first: Candidate | undefined, second: Candidate | undefined): Diagnosis['verdict'] {
  if (first === undefined || first.score < 2) return 'insufficient';
  return first.score >= ENOUGH && first.score >= (second?.score ?? 0) + LEAD ? 'found' : 'ambiguous';
}

function choiceOf(verdict: Diagnosis['verdict'], first: Candidate | undefined, second: Candidate | undefined): string {
  if (verdict === 'insufficient' || first === undefined) return 'What was seen does not point at a cause.';
  if (verdict === 'found') return `Cause: ${first.cause}. ${first.for[0] ?? ''}`;
  return second === undefined || second.score <= 0
    ? `Probably ${first.cause}, on thin evidence. ${first.for[0] ?? ''}`
    : `Either ${first.cause} or ${second.cause}.`;
}

/** The first request that failed, and about the how-manieth of the new one it was. */
function firstBadRequest(facts: DiagnosisFacts, s: ChangedService): string | null {
  const first = (s.fresh?.samples ?? []).toSorted((a, b) => a.at.localeCompare(b.at))[0];
  const at = s.fresh?.firstErrorAt ?? first?.at;
  if (at === undefined || at === null) return null;
  const which = first !== undefined && Date.parse(first.at) - Date.parse(at) < 1000 ? `${first.method} ${first.path} ${first.status}` : 'a request';
  const number = requestNumber(facts, s, Date.parse(at));
  return `${which} at ${at}${number === null ? '' : `, about request ${number} of the new one`}`;
}

/** By the new one's request rate in its first watch, as no request is numbered. */
function requestNumber(facts: DiagnosisFacts, s: ChangedService, at: number): number | null {
  const watch = facts.watched.find((w) => w.service === s.change.service);
  if (watch === undefined || s.trafficSince === null || watch.elapsedMs <= 0) return null;
  const seconds = (at - Date.parse(s.trafficSince)) / 1000;
  const number = Math.round((watch.comparison.new.requests / (watch.elapsedMs / 1000)) * seconds);
  return seconds >= 0 && number <= (s.fresh?.requests ?? 0) ? Math.max(1, number) : null;
}
