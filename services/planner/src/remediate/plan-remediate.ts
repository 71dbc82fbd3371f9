// What a `remediate` goal means: the service as it runs now, and the steps until it is known what is wrong. Pure.
import { type GoalSpec, holderOf, type PlanStep, type Planned, type ServiceStatus } from '@awo/contracts';
import { planStep } from '../plan/steps.ts';

export type RemediateSpec = Extract<GoalSpec, { kind: 'remediate' }>;

const servingOf = (service: ServiceStatus): string | null => holderOf(service) ?? service.revisions.at(-1)?.revision ?? null;

export function findRemediateProblem({ environment, service }: RemediateSpec, running: readonly ServiceStatus[]): { code: string; message: string } | null {
  const here = running.filter((s) => s.environment === environment);
  if (here.some((s) => s.name === service && servingOf(s) !== null)) return null;
  if (here.length > 0)
    return { code: 'unknown-service', message: `No service "${service}" runs in ${environment}. Known: ${here.map((s) => s.name).join(', ')}.` };
  const known = [...new Set(running.map((s) => s.environment))];
  return {
    code: 'nothing-running',
    message: `Nothing runs in "${environment}". ${known.length > 0 ? `Something runs in: ${known.join(', ')}.` : 'Nothing has been released yet.'}`,
  };
}

/** Nothing is to change by itself: base and head are what runs. */
export function planRemediate({ environment, service }: RemediateSpec, running: readonly ServiceStatus[]): Planned {
  const status = running.find((s) => s.environment === environment && s.name === service);
  const revision = (status && servingOf(status)) ?? '';
  return {
    repo: status?.repo ?? '',
    head: revision,
    subject: 'as it runs',
    base: revision,
    environment,
    targets: [{ service, base: revision, head: revision }],
  };
}

export function remediateSteps({ environment, service, symptom }: RemediateSpec): PlanStep[] {
  return [
    planStep('observe-incident', ['plan'], 'what is said to be wrong has to be seen, and where else', { environment, service, symptom }),
    planStep('explain-incident', ['observe-incident'], 'the symptom is not the cause', { environment, service, symptom }),
    planStep('choose-repair', ['explain-incident'], 'the least that helps', { environment, service, attempt: 1 }, 'passed', 'choose-repair-1'),
  ];
}
