// observe.otlp: one value that a revision reports of itself, or what is wrong with it: no data is not good news.
import type { observeOtlp } from '@awo/contracts';
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
    const found = local.environments().find((e) => e.name === environment)?.state.services.find((s) => s.name === service)?.revisions.find((r) => r.revision === revision); // prettier-ignore
    if (found === undefined) return { ...nothing, trouble: 'dead', detail: `${service} ${revision.slice(0, 12)} does not run in ${environment}` };
    const value = reported.sample(found.launch, metric, where, now);
    const total: Sample | null = of === null ? null : reported.sample(found.launch, of, {}, now);
    for (const sample of [value, total])
      if (sample !== null && 'trouble' in sample) return { ...nothing, trouble: sample.trouble, detail: sample.detail.slice(0, 300) };
    const read = (sample: Sample | null): number | null => (sample !== null && 'value' in sample ? sample.value : null);
    return { ...nothing, value: read(value), of: read(total), trouble: null, detail: '' };
  };
