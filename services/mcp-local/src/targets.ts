// Who gets how much of a service's traffic, as the edge is told. Pure.
import type { LocalRevision, LocalService } from '@awo/contracts';
import type { Target } from './edge/routes.ts';

/** A revision, and its control with a part of its share. */
export function targetsOf(revision: LocalRevision, service: LocalService): Target[] {
  const { control } = revision;
  const share = controlShare(service, revision);
  const own = target(revision, service);
  // While the new one gets copies its control gets the same: both are as warm when the first customer comes.
  const copies = control?.ready === true && service.copies?.revision === control.beside ? { copies: service.copies.share } : {};
  if (control === undefined || (share === 0 && copies.copies === undefined)) return [own];
  const { generation, port } = control;
  return [
    { ...own, weight: own.weight - share },
    { revision: revision.revision, generation, port, weight: share, control: true, ...copies },
  ];
}

function target(r: LocalRevision, { copies }: Pick<LocalService, 'copies'>): Target {
  const more = (r.replicas ?? []).flatMap(({ ready, drains, port }) => (ready && drains !== true && port !== null ? [port] : []));
  // Where the others serve, a first one that is down or only starts gets nothing.
  const port = r.state !== 'ready' && more.length > 0 ? (more.shift() ?? null) : r.port;
  return {
    revision: r.revision,
    generation: r.generation,
    port,
    weight: r.weight,
    ...(more.length === 0 ? {} : { more }),
    ...(copies?.revision === r.revision ? { copies: copies.share } : {}),
  };
}

/**
 * Its share of the traffic, in per cent of all: as much for one process as the new one's have each, and at most half of what the old one has, so that the
 * others go on with the rest.
 */
function controlShare({ revisions }: LocalService, old: LocalRevision): number {
  const fresh = revisions.find((r) => r.revision === old.control?.beside);
  if (fresh === undefined || old.control?.ready !== true) return 0;
  const processes = 1 + (fresh.replicas ?? []).filter((r) => r.ready && r.drains !== true).length;
  return Math.min(fresh.weight / processes, old.weight / 2);
}
