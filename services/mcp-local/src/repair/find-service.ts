// The service that a repair is for, and the revision that serves.
import { type LocalRevision, type LocalService, TerminalError } from '@awo/contracts';
import type { Environment } from '../environment.ts';
import type { Local } from '../local.ts';

/** Throws TerminalError `unknown-environment` or `unknown-service`, naming what is known. */
export function findPlace(local: Local, name: string, wanted: string): { environment: Environment; service: LocalService } {
  const environment = local.environments().find((e) => e.name === name);
  if (environment === undefined) {
    const known = local.environments().map((e) => e.name);
    throw new TerminalError('unknown-environment', `No environment "${name}" on this machine. Known: ${known.join(', ') || 'none'}.`);
  }
  const services = environment.state.services.filter((s) => s.revisions.length > 0);
  const service = services.find((s) => s.name === wanted);
  if (service === undefined)
    throw new TerminalError('unknown-service', `No service "${wanted}" in ${name}. Known: ${services.map((s) => s.name).join(', ') || 'none'}.`);
  return { environment, service };
}

/** The revision with most of the traffic, else the newest that should run. */
export const servingOf = (service: LocalService): LocalRevision | undefined =>
  service.revisions.filter((r) => r.desired === 'running').toSorted((a, b) => b.weight - a.weight || b.generation - a.generation)[0];
