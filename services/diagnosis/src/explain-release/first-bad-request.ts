// The first request that failed, and about the how-manieth of the new one it was. Pure.
import type { ChangedService, DiagnosisFacts } from './facts.ts';

export function firstBadRequest(facts: Pick<DiagnosisFacts, 'watched'>, s: ChangedService): string | null {
  const first = (s.fresh?.samples ?? []).toSorted((a, b) => a.at.localeCompare(b.at))[0];
  const at = s.fresh?.firstErrorAt ?? first?.at;
  if (at === undefined || at === null) return null;
  const which = first !== undefined && Date.parse(first.at) - Date.parse(at) < 1000 ? `${first.method} ${first.path} ${first.status}` : 'a request';
  const number = requestNumber(facts, s, Date.parse(at));
  return `${which} at ${at}${number === null ? '' : `, about request ${number} of the new one`}`;
}

/** By the new one's request rate in its first watch, as no request is numbered. */
function requestNumber({ watched }: Pick<DiagnosisFacts, 'watched'>, s: ChangedService, at: number): number | null {
  const watch = watched.find((w) => w.service === s.change.service);
  if (watch === undefined || s.trafficSince === null || watch.elapsedMs <= 0) return null;
  const seconds = (at - Date.parse(s.trafficSince)) / 1000;
  const number = Math.round((watch.comparison.new.requests / (watch.elapsedMs / 1000)) * seconds);
  return seconds >= 0 && number <= (s.fresh?.requests ?? 0) ? Math.max(1, number) : null;
}
