// What runs of a service, read from rollout.status. Pure.
import type { RevisionStatus, ServiceStatus } from '@awo/contracts';

/** States in which a process of the revision exists, or will again without anybody asking. */
const ALIVE: readonly RevisionStatus['state'][] = ['starting', 'ready', 'draining', 'crashed'];

/** The entry of one revision, undefined where the environment does not know it. */
export const entryOf = (status: ServiceStatus | null, revision: string): RevisionStatus | undefined => status?.revisions.find((r) => r.revision === revision);

export const isReady = (status: ServiceStatus | null, revision: string): boolean => entryOf(status, revision)?.state === 'ready';

export const isAlive = (status: ServiceStatus | null, revision: string): boolean => {
  const entry = entryOf(status, revision);
  return entry !== undefined && ALIVE.includes(entry.state);
};

export const weightOf = (status: ServiceStatus | null, revision: string): number => entryOf(status, revision)?.weight ?? 0;

export const short = (revision: string | null): string => (revision === null ? 'nothing' : revision.slice(0, 7));
