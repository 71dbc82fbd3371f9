// Judges an audit: did the selection leave out what the change broke? Pure.
import type { AuditRecord, Verdict } from '@awo/contracts';
import { cut } from '../run-tests/facts.ts';
import type { Audited, AuditFacts } from './facts.ts';

export type AuditVerdict = Verdict<'audit-selection'> & Pick<AuditRecord, 'audited' | 'missed' | 'failedBefore'>;

/** A miss fails with the change and passes without it. What fails either way was broken before, and what passed in a second run is flaky: neither counts. */
export function decideAudit({ design, audited, unknown }: AuditFacts): AuditVerdict {
  const bad = audited.filter(({ atHead }) => atHead.verdict !== 'passed');
  const failedBefore = bad.filter(({ atBase }) => atBase !== null && atBase.verdict !== 'passed');
  const missed = bad.filter((one) => !failedBefore.includes(one));
  const because = missed.length > 0 ? 'selection-missed' : audited.length > 0 ? 'nothing-missed' : 'nothing-proven';
  const words = missed.map((one) => `${one.suite}: ${failing(one)}`);
  const drawn = audited.length + unknown.length;
  const choice = {
    'selection-missed': `The selection of ${design.of} left out what this change breaks: ${words.join('; ')}.`,
    'nothing-missed': `${audited.length} of ${design.leftOut} left-out suites ran, and the change broke none of them.`,
    'nothing-proven': `None of the ${drawn} drawn suites is in this revision.`,
  }[because];
  return {
    kind: 'audit-selection',
    because,
    choice: cut(choice, 600),
    figures: {
      goal: design.of,
      leftOut: design.leftOut,
      drawn,
      probability: design.probability,
      seed: design.seed,
      audited: audited.length,
      missed: missed.map(({ suite }) => cut(suite, 200)).slice(0, 50),
      failedBefore: failedBefore.map(({ suite }) => cut(suite, 200)).slice(0, 50),
    },
    alternatives: failedBefore.slice(0, 10).map(({ suite }) => ({ kind: `count ${cut(suite, 70)}`, rejectedBecause: 'It failed before the change as well.' })),
    checks: [
      { name: 'every failure was looked at without the change', passed: true, detail: `${bad.length} failed, ${failedBefore.length} of them before as well` },
      { name: 'the change broke nothing that was left out', passed: missed.length === 0, detail: cut(words.join('; ') || 'none', 600) },
    ],
    audited: audited.map(({ suite }) => suite),
    missed: missed.slice(0, 50).map((one) => ({ suite: one.suite, failing: cut(failing(one), 300) })),
    failedBefore: failedBefore.slice(0, 50).map(({ suite }) => suite),
  };
}

function failing({ atHead }: Audited): string {
  const [first] = atHead.failing;
  return first ? `${first.name}${first.file === null ? '' : ` (${first.file})`} fails` : (atHead.because ?? 'it fails');
}
