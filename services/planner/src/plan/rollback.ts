// What a rollback means: the revision before, or what was in force before repairs. Pure.
import { holderOf, type PlanStep, type Planned, repairsInForce, type RollbackSpec, type ServiceChange, type ServiceStatus } from '@awo/contracts';
import { dependenciesFirst } from './dependencies-first.ts';
import { planStep } from './steps.ts';

type Problem = { code: string; message: string } | null;

const meant = ({ environment, service, repairs }: RollbackSpec, running: readonly ServiceStatus[]): ServiceStatus[] =>
  running
    .filter((s) => s.environment === environment && (!service || s.name === service))
    .filter((s) => (repairs ? repairsInForce(s).length > 0 : s.previous !== null && s.previous !== holderOf(s)));

/** Null: there is something to go back to. */
export function findRollbackProblem(spec: RollbackSpec, running: readonly ServiceStatus[]): Problem {
  const { environment, service, repairs } = spec;
  const here = running.filter((s) => s.environment === environment);
  if (here.length === 0) {
    const known = [...new Set(running.map((s) => s.environment))];
    return {
      code: 'nothing-running',
      message: `Nothing runs in "${environment}". ${known.length > 0 ? `Something runs in: ${known.join(', ')}.` : 'Nothing has been released yet.'}`,
    };
  }
  if (service && !here.some((s) => s.name === service))
    return { code: 'unknown-service', message: `No service "${service}" runs in ${environment}. Known: ${here.map((s) => s.name).join(', ')}.` };
  if (meant(spec, running).length > 0) return null;
  const names = here.filter((s) => !service || s.name === service).map((s) => s.name);
  return repairs
    ? {
        code: 'no-previous',
        message: `${names.join(', ')}: no repair is in force in ${environment}. A rollback without --repairs brings back the revision before.`,
      }
    : {
        code: 'no-previous',
        message: `${names.join(', ')}: no earlier revision is known in ${environment}, so there is nothing to go back to. Release the revision you want.`,
      };
}

export function planRollback(spec: RollbackSpec, running: readonly ServiceStatus[]): Planned {
  // Callers go back before those they call, as when a release is undone: none of them ever meets a callee older than what it relies on.
  const order = dependenciesFirst(running.filter((s) => s.environment === spec.environment)).toReversed();
  const here = meant(spec, running).toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const targets = here.map((s): ServiceChange => {
    const base = holderOf(s);
    return { service: s.name, base, head: (spec.repairs ? base : s.previous) ?? '' };
  });
  const subject = spec.repairs ? 'as it was before repairs' : 'the revision before';
  return { repo: here[0]?.repo ?? '', head: targets[0]?.head ?? '', subject, base: targets[0]?.base ?? null, environment: spec.environment, targets };
}

/** The present ones that the revision before takes the place of. */
export function restoreSteps({ environment, targets }: Planned): PlanStep[] {
  return [
    planStep('restore', ['plan'], 'what ran before is brought back', { environment, changes: targets }),
    ...targets.map((change) =>
      planStep(
        'watch-rollout',
        ['restore'],
        'what was brought back has to be healthy',
        { environment, change, weight: 100, concurrent: false, expectedRps: null },
        'passed',
        `watch-${change.service}`.slice(0, 64),
      ),
    ),
  ];
}

/** One after the other, so that it is known which of them was still needed. */
export function takeBackSteps(spec: RollbackSpec, running: readonly ServiceStatus[]): PlanStep[] {
  const { environment } = spec;
  const repairs = meant(spec, running).flatMap(repairsInForce);
  return repairs.flatMap((repair, i) => {
    const n = i + 1;
    const needs = i === 0 ? ['plan'] : [`verify-repair-${i}`];
    return [
      planStep('apply-repair', needs, `it is in force: ${repair.because}`.slice(0, 300), { environment, repair }, 'passed', `apply-repair-${n}`),
      planStep('verify-repair', [`apply-repair-${n}`], 'it has to go without the repair by now', { environment, repair }, 'passed', `verify-repair-${n}`),
      planStep(
        'undo-repair',
        [`apply-repair-${n}`, `verify-repair-${n}`],
        'where it does not go without, the repair is put in force again',
        { environment, repair },
        'failed',
        `undo-repair-${n}`,
      ),
    ];
  });
}
