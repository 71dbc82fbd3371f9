// Earlier incidents of a service, as HISTORY keeps them, and the record of a new one.
import { IncidentOutcome, type PastRepair, subjects } from '@awo/contracts';
import type { Bus } from '@awo/bus';

const REMEMBERED = 20;
const keyOf = (environment: string, service: string): string => `${environment}_${service}`;

/** Repairs of the last incidents, newest last, for the choice of the next one. */
export async function pastRepairs(bus: Bus, environment: string, service: string): Promise<PastRepair[]> {
  const outcomes = await bus.incidents(keyOf(environment, service));
  return outcomes
    .flatMap((value) => IncidentOutcome.safeParse(value).data?.repairs ?? [])
    .map(({ entity, cause, kind, worked }) => ({ entity, cause, kind, worked }))
    .slice(-REMEMBERED);
}

/** The same goal's outcome is written once. */
export async function rememberIncident(bus: Bus, outcome: IncidentOutcome): Promise<void> {
  const subject = subjects.history('incidents', keyOf(outcome.environment, outcome.service));
  await bus.js.publish(subject, JSON.stringify(outcome), { msgID: `incident-${outcome.goal}` });
}
