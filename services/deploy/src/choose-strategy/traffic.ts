// Requests per second and error ratio of a service, from the health step or from two looks at the counters. Pure.
import type { TrafficCounters } from '@awo/contracts';
import type { Traffic } from '@awo/strategy';

type Counters = { at: string; revisions: TrafficCounters[] };

/** What the health step measured. Undefined where it says nothing about this service. */
export function trafficFromHealth(output: Record<string, unknown> | undefined, service: string): Traffic | undefined {
  const list: unknown = output?.services;
  if (!Array.isArray(list)) return undefined;
  const own: unknown = list.find((s: unknown) => isRecord(s) && s.service === service);
  if (!isRecord(own) || !('rps' in own)) return undefined;
  const seconds = numberOrNull(own.seconds) ?? 0;
  return { service, rps: numberOrNull(own.rps), errorRatio: numberOrNull(own.errorRatio), ...(seconds > 0 ? { seconds } : {}) };
}

/** Difference of two looks. A revision that started in between counts from nothing. */
export function trafficBetween(service: string, before: Counters, after: Counters): Traffic {
  const seconds = (Date.parse(after.at) - Date.parse(before.at)) / 1000;
  if (!(seconds > 0)) return { service, rps: null, errorRatio: null };
  let requests = 0;
  let errors = 0;
  for (const now of after.revisions) {
    const then = before.revisions.find((r) => r.revision === now.revision);
    // A counter that went back started anew in between.
    const anew = then === undefined || now.requests < then.requests;
    requests += now.requests - (anew ? 0 : then.requests);
    errors += now.errors - (anew ? 0 : then.errors);
  }
  return { service, rps: requests / seconds, errorRatio: requests === 0 ? null : errors / requests, seconds };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
