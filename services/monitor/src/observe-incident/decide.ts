// Is something wrong, since when, and where else? Pure.
import type { Verdict } from '@awo/contracts';
import { requestsOf } from '../vitals/lost-telemetry.ts';
import { disturbancesOf, inWords, servicesOf, type Trouble, troublesOf } from '../vitals/trouble.ts';
import type { ObserveFacts } from './gather.ts';

export type ObserveDecision = Verdict<'observe-incident'> & {
  lookAgain: boolean;
  /** Null: nothing is measured, so nobody knows. */
  confirmed: boolean | null;
  since: number | null;
  troubles: { service: string; kind: Trouble['kind']; says: string }[];
  /** Earlier trouble, which is not what is usual. */
  disturbed: [from: number, to: number][];
};

const LAST_MS = 4000;
/** What began within this time may still be in what is taken for normal. */
const NOT_NORMAL_MS = 15_000;
const LOOKS = 5;

export function decideIncident({ service, symptom, collected, looks }: ObserveFacts): ObserveDecision {
  const look = { normalUntil: collected.at - NOT_NORMAL_MS, lastMs: LAST_MS };
  const own = troublesOf(collected, service, look);
  const all = [...new Set([service, ...servicesOf(collected)])].flatMap((name) =>
    (troublesOf(collected, name, look) ?? []).map(({ kind, since, says }) => ({ service: name, kind, says, since })),
  );
  const troubles = all.map(({ since: _since, ...rest }) => rest);
  const figures = { signalled: symptom, troubles: troubles.map((t) => `${t.service}: ${t.says}`).slice(0, 50), looks: looks + 1 };
  const common = { kind: 'observe-incident' as const, figures, troubles, lookAgain: false, disturbed: [] };
  if (own === null) {
    const choice = `Nothing is measured of ${service}: whether it is as it should be is not known, so nothing is done to it.`;
    return { ...common, because: 'nothing-measured', choice, confirmed: null, since: null };
  }
  if (own.length > 0 || (looks >= 1 && all.length > 0)) {
    const since = Math.min(...all.map((t) => t.since));
    return {
      ...common,
      because: 'symptom-seen',
      choice: `${service}: ${inWords(own) || 'nothing by itself'}, since ${new Date(since).toISOString()}.${elsewhere(service, troubles)}`,
      confirmed: true,
      since,
      disturbed: disturbancesOf(collected, since),
    };
  }
  if (looks < LOOKS)
    return { ...common, because: 'looking', choice: `${service} looks as it should; it is looked at again.`, lookAgain: true, confirmed: null, since: null };
  const requests = requestsOf(collected, service);
  if (requests.kind === 'lost') {
    const choice = `${service}: ${requests.says}. Whether its customers are served is not known, so nothing is done to it.`;
    return { ...common, because: 'nothing-measured', choice, confirmed: null, since: null };
  }
  return {
    ...common,
    because: 'gone-already',
    choice: `${service} is as it should be in ${LOOKS + 1} looks: "${symptom}" has gone by itself, or is not to be seen in what is measured.`,
    confirmed: false,
    since: null,
  };
}

const elsewhere = (service: string, troubles: ObserveDecision['troubles']): string => {
  const others = troubles.filter((t) => t.service !== service);
  return others.length === 0 ? '' : ` Also ${others.map((t) => `${t.service}: ${t.says}`).join(', ')}.`;
};
