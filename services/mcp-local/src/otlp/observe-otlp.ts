// observe.otlp: one value that a revision reports of itself, or what is wrong with it: no data is not good news.
import type { LocalRevision, observeOtlp } from '@awo/contracts';
import type { z } from 'zod';
import type { Local } from '../local.ts';
import type { Reported, Sample } from './reported.ts';

type Input = z.infer<typeof observeOtlp.input>;
type Output = z.infer<typeof observeOtlp.output>;

export const otlpTool =
  (local: Local, reported: Reported) =>
  async ({ environment, service, revision, metric, where, of }: Input): Promise<Output> => {
    const now = Date.now();
    const nothing = { at: new Date(now).toISOString(), value: null, of: null };
    const found = local
      .environments()
      .find((e) => e.name === environment)
      ?.state.services.find((s) => s.name === service)
      ?.revisions.find((r) => r.revision === revision);
    if (found === undefined) return { ...nothing, trouble: 'dead', detail: `${service} ${revision.slice(0, 12)} does not run in ${environment}` };
    const sample = (name: string, labels: typeof where): Sample => together(launchesOf(found).map((launch) => reported.sample(launch, name, labels, now)));
    const value = sample(metric, where);
    const total: Sample | null = of === null ? null : sample(of, {});
    for (const one of [value, total]) if (one !== null && 'trouble' in one) return { ...nothing, trouble: one.trouble, detail: one.detail.slice(0, 300) };
    const read = (one: Sample | null): number | null => (one !== null && 'value' in one ? one.value : null);
    return { ...nothing, value: read(value), of: read(total), trouble: null, detail: '' };
  };

/** Names of the processes of a revision: what they report is known by these. */
export const launchesOf = ({ launch, replicas = [], control }: LocalRevision): string[] => [
  launch,
  ...[...replicas, ...(control === undefined ? [] : [control])].map((one) => one.launch),
];

/** What several processes report is one figure: totals are summed, all else averaged. One that has not reported yet does not hide the others; where none has, the first one's trouble is told. */
function together(samples: readonly Sample[]): Sample {
  const values = samples.flatMap((one) => ('value' in one ? [one] : []));
  const [first] = values;
  if (first === undefined) return samples[0] as Sample;
  const sum = values.reduce((total, one) => total + one.value, 0);
  return { ...first, value: first.kind === 'total' ? sum : sum / values.length };
}
