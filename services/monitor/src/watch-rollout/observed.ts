// Metrics that awo.yaml names: what was read of them at each look, and rows for the judge. Pure.
import type { Row } from '@awo/canary-judge';
import type { ObservedMetric } from '@awo/contracts';
import type { Observed, ObservedSample, Reading } from './facts.ts';

const MOST_SAMPLES = 60;

/** Adds one look: values as they are, of totals what came in between. */
export function addObserved(known: Record<string, Observed>, t: number, { observed = [] }: Pick<Reading, 'observed'>): Record<string, Observed> {
  return Object.fromEntries(
    observed.map(({ metric, old, fresh }) => {
      const before = known[metric.name] ?? { kind: metric.kind, worse: metric.worse, critical: metric.critical, last: {}, old: [], fresh: [], trouble: null };
      const added = (side: 'old' | 'fresh', sample: ObservedSample | null): Observed['old'] => {
        const row = sample === null ? null : rowOf(metric, before.last[side], sample, t);
        return row === null ? before[side] : fewer([...before[side], row]);
      };
      const last = { old: totalsOf(old) ?? before.last.old, fresh: totalsOf(fresh) ?? before.last.fresh };
      return [metric.name, { ...before, old: added('old', old), fresh: added('fresh', fresh), last, trouble: fresh?.trouble ?? old?.trouble ?? null }];
    }),
  );
}

type Totals = { value: number; of: number };
const totalsOf = (sample: ObservedSample | null): Totals | undefined =>
  sample === null || sample.value === null || sample.of === null ? undefined : { value: sample.value, of: sample.of };

function rowOf({ kind }: ObservedMetric, before: Totals | undefined, sample: ObservedSample, t: number): [number, number, number] | null {
  if (kind === 'latency' || kind === 'gauge') return sample.value === null ? null : [t, sample.value, 1];
  const now = totalsOf(sample);
  if (now === undefined || before === undefined) return null;
  // A total that went back began anew.
  const isNew = now.of < before.of || now.value < before.value;
  const [value, of] = isNew ? [now.value, now.of] : [now.value - before.value, now.of - before.of];
  return of > 0 ? [t, kind === 'rate' ? Math.min(1, value / of) : value, of] : null;
}

/** Every second one of the older half goes, by its place alone; the newest stay. */
function fewer(samples: Observed['old']): Observed['old'] {
  if (samples.length <= MOST_SAMPLES) return samples;
  const half = Math.floor(samples.length / 2);
  return [...samples.slice(0, half).filter((_, i) => i % 2 === 0), ...samples.slice(half)];
}

export const observedRows = (observed: Record<string, Observed>, side: 'old' | 'fresh'): Row[] =>
  Object.entries(observed).flatMap(([metric, o]) =>
    o[side].map(([t, value, n]): Row => ({ t, metric, kind: o.kind, value, n, worse: o.worse, labels: { unit: 'own' } })),
  );

/** The first source that is dead or refuses its query, whether or not there is anything to compare: no value yet is none of these. */
export const brokenSource = (observed: Record<string, Observed>): string | null =>
  troubleOf(Object.fromEntries(Object.entries(observed).filter(([, { trouble }]) => /^(dead|bad-query)\b/.test(trouble ?? ''))));

/** The first source that does not answer, in words; null: all do. */
export function troubleOf(observed: Record<string, Observed>): string | null {
  const [name, first] = Object.entries(observed).find(([, o]) => o.trouble !== null) ?? [];
  return first === undefined ? null : `${name ?? ''}: ${first.trouble ?? ''}`;
}
