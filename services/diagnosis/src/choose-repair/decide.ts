// Chooses the repair by expected benefit and risk, the least invasive of those that are about as good; on a tie or low confidence somebody is asked. Pure.
import { holderOf, type Repair, type Verdict } from '@awo/contracts';
import type { Case } from './case.ts';
import { CATALOGUE, type Entry } from './catalogue.ts';
import type { Cause, ChooseFacts } from './facts.ts';

export type ChooseDecision = Verdict<'choose-repair'> & { repair: Repair | null; sure: boolean; last: boolean };

type Candidate = { entry: Entry; one: Case; repair: Repair; expected: number; before: boolean };

/** Below this nothing is to be gained. */
const WORTH = 0.04;
/** As good as the best one. */
const ABOUT = 0.06;
/** Rivals this close on something else are a tie. */
const TIE = 0.04;
const WORKED_BEFORE = 0.08;
const CAUSES = 3;

export function decideRepair(facts: ChooseFacts): ChooseDecision {
  const candidates = candidatesOf(facts).toSorted((a, b) => b.expected - a.expected);
  const [best] = candidates;
  const last = facts.attempt >= facts.policy.perIncident;
  const figures = {
    candidates: candidates.slice(0, 12).map((c) => `${c.entry.kind} ${c.repair.service} for ${c.one.cause.entity}: ${c.expected.toFixed(2)}`),
    tried: facts.tried.map((t) => `${t.kind} ${t.service}`),
    attempt: facts.attempt,
  };
  if (best === undefined || best.expected < WORTH) {
    const names = facts.causes.slice(0, CAUSES).map((c) => `${c.cause} on ${c.entity}`);
    return {
      kind: 'choose-repair',
      because: 'nothing-fits',
      choice: `Nothing in the catalogue answers ${names.join(', ') || 'an unknown cause'}${facts.tried.length > 0 ? ' that was not tried' : ''}; somebody has to look.`,
      figures,
      repair: null,
      sure: false,
      last: true,
    };
  }
  const chosen =
    candidates.filter((c) => c.one.cause === best.one.cause && c.expected >= best.expected - ABOUT).toSorted((a, b) => a.entry.risk - b.entry.risk)[0] ?? best;
  const rival = candidates.find((c) => c.one.cause.entity !== chosen.one.cause.entity && c.expected >= chosen.expected - TIE);
  const weak = chosen.one.cause.confidence < facts.policy.confidence;
  const { repair } = chosen;
  return {
    kind: 'choose-repair',
    because: rival ? 'tie-so-ask' : weak ? 'low-confidence-so-ask' : chosen.before ? 'worked-before' : 'least-invasive-that-helps',
    choice:
      `${repair.kind} ${repair.service}: ${repair.because}. It touches ${chosen.entry.blast}.${rival ? ` ${rival.entry.kind} ${rival.repair.service} is about as good.` : ''}`.slice(
        0,
        600,
      ),
    figures: { ...figures, expected: Math.round(chosen.expected * 100) / 100, risk: chosen.entry.risk, confidence: repair.confidence },
    alternatives: candidates
      .filter((c) => c !== chosen)
      .slice(0, 10)
      .map((c) => ({
        kind: `${c.entry.kind} ${c.repair.service}`.slice(0, 80),
        rejectedBecause:
          c.entry.risk > chosen.entry.risk && c.expected >= chosen.expected
            ? `More invasive: it touches ${c.entry.blast}.`
            : `Less is expected of it (${c.expected.toFixed(2)} against ${chosen.expected.toFixed(2)}): ${c.one.cause.cause} on ${c.one.cause.entity}.`,
      })),
    repair,
    sure: rival === undefined && !weak,
    last,
  };
}

function candidatesOf(facts: ChooseFacts): Candidate[] {
  return facts.causes.slice(0, CAUSES).flatMap((cause) => {
    const one = caseOf(cause, facts);
    return one === null ? [] : CATALOGUE.flatMap((entry) => candidateOf(entry, one, facts) ?? []);
  });
}

function caseOf(cause: Cause, { services, since }: ChooseFacts): Case | null {
  const [owner, variable] = cause.entity.split('/');
  const status = services.find((s) => s.name === owner);
  const revision = status === undefined ? null : holderOf(status);
  // A part of a service that nothing is known of is not the service itself.
  if (variable !== undefined && !status?.sources?.some((s) => s.variable === variable)) return null;
  return status === undefined || revision === null ? null : { cause, status, revision, since, now: status.configuration ?? { env: {}, files: [] } };
}

function candidateOf(entry: Entry, one: Case, { tried, past }: ChooseFacts): Candidate | null {
  const { cause, status, revision } = one;
  if (tried.some((t) => t.kind === entry.kind && t.service === status.name)) return null;
  const fit = entry.fit(one);
  const made = fit > 0 ? entry.make(one) : null;
  if (made === null) return null;
  const alike = past.filter((p) => p.entity === cause.entity && p.cause === cause.cause && p.kind === entry.kind);
  const before = alike.length > 0 && alike.every((p) => p.worked);
  const spoilt = alike.some((p) => !p.worked);
  const expected = cause.confidence * fit - entry.risk + (before ? WORKED_BEFORE : spoilt ? -WORKED_BEFORE : 0);
  const { says, act, undo, check } = made;
  const repair: Repair = {
    kind: entry.kind,
    service: status.name,
    revision,
    act,
    undo,
    because: `${says}, because of ${cause.cause} on ${cause.entity}`.slice(0, 400),
    cause: cause.cause.slice(0, 80),
    entity: cause.entity.slice(0, 200),
    confidence: cause.confidence,
    ...(check === undefined ? {} : { check }),
  };
  return { entry, one, repair, expected, before };
}
