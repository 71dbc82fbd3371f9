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

/** The revision with all traffic, or with most of it; null where none has any. */
export function holderOf(status: ServiceStatus | null): string | null {
  const [first] = [...(status?.revisions ?? [])].filter((r) => r.weight > 0).sort((a, b) => b.weight - a.weight);
  return first?.revision ?? null;
}

export const short = (revision: string | null): string => (revision === null ? 'nothing' : revision.slice(0, 7));
