// Recorded facts with something changed: what would have been decided. Pure.
import type { StrategyFacts } from './facts.ts';

export type Changes = {
  /** Traffic times this, or in requests per second. */
  traffic?: { times: number } | { rps: number };
  risk?: 'low' | 'medium' | 'high';
  /** Share of requests that may fail. */
  budget?: number;
  /** Share of requests that fails now. */
  errors?: number;
  strategy?: StrategyFacts['wish'];
  alpha?: number;
  minRequests?: number;
  watchDeadlineMs?: number;
  /** ISO 8601: another moment, for freezes. */
  at?: string;
  /** The old one could not come back. */
  noWayBack?: boolean;
};

/** The same for every service of the release. */
export function withChanges(facts: StrategyFacts, changes: Changes): StrategyFacts {
  const { traffic, risk, budget, errors, strategy, alpha, minRequests, watchDeadlineMs, at } = changes;
  const { policy, impact } = facts;
  return {
    ...facts,
    wish: strategy ?? facts.wish,
    askedDirect: strategy === undefined ? facts.askedDirect : strategy === 'full',
    at: at ?? facts.at,
    impact:
      risk === undefined ? impact : { ...(impact ?? { kind: 'unsure', services: facts.services.map((s) => s.change.service) }), risk, riskBecause: 'what if' },
    policy: {
      ...policy,
      errorBudgetRatio: budget ?? policy.errorBudgetRatio,
      alpha: alpha ?? policy.alpha,
      minRequests: minRequests ?? policy.minRequests,
      watchDeadlineMs: watchDeadlineMs ?? policy.watchDeadlineMs,
    },
    services: facts.services.map((s) => {
      const busier = traffic === undefined ? s : withTraffic(s, traffic);
      return {
        ...busier,
        traffic: { ...busier.traffic, errorRatio: errors ?? busier.traffic.errorRatio },
        wayBack: changes.noWayBack ? { frozenFrom: 'traffic', certain: true, because: 'What if the old one could not come back.' } : s.wayBack,
      };
    }),
  };
}

type Service = StrategyFacts['services'][number];

/** The past grows with the present, so that a forecast stays one; a rate in numbers says nothing of the past. */
function withTraffic(service: Service, traffic: NonNullable<Changes['traffic']>): Service {
  if ('rps' in traffic) return { ...service, past: null, traffic: { ...service.traffic, rps: traffic.rps } };
  const { times } = traffic;
  const scaled = (counted: [number, number] | null): [number, number] | null => counted && [Math.round(counted[0] * times), Math.round(counted[1] * times)];
  const { past } = service;
  return {
    ...service,
    past: past && { ...past, minutes: past.minutes.map(scaled), hours: past.hours.map(scaled) },
    traffic: { ...service.traffic, rps: service.traffic.rps === null ? null : service.traffic.rps * times },
  };
}
