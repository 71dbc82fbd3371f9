// observe.metric: one value out of Prometheus, by PromQL. What is wrong with its source is part of the answer: no data is not good news, and no crash either.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { observeMetric } from '@awo/contracts';
import { z } from 'zod';

type Input = z.infer<typeof observeMetric.input>;
type Output = z.infer<typeof observeMetric.output>;
type Found = { value: number } | { trouble: NonNullable<Output['trouble']>; detail: string };

const ANSWERS_WITHIN_MS = 3000;
const MOST_BYTES = 1024 * 1024;
/** Values older than this do not count. Prometheus would repeat one for five minutes after its source has died. */
const FRESH_S = 90;

const Answer = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z.object({ resultType: z.string(), result: z.unknown() }).optional(),
});
const Sample = z.tuple([z.number(), z.string()]);
const Vector = z.array(z.object({ value: Sample }));

/** `url`: where Prometheus answers, as the operator set it; null: nowhere. A repository names queries, never addresses. */
export const metric =
  (url: string | null) =>
  async (args: Input): Promise<Output> => {
    const at = new Date().toISOString();
    const nothing = { at, value: null, of: null };
    if (url === null) return { ...nothing, trouble: 'dead', detail: 'AWO_PROMETHEUS_URL is not set: awo does not know where Prometheus answers' };
    const ask = (query: string | null): Promise<Found | null> => (query === null ? Promise.resolve(null) : valueOf(url, filledIn(query, args)));
    const [value, of] = await Promise.all([ask(args.query), ask(args.of)]);
    for (const found of [value, of])
      if (found !== null && 'trouble' in found) return { ...nothing, trouble: found.trouble, detail: found.detail.slice(0, 300) };
    const read = (found: Found | null): number | null => (found !== null && 'value' in found ? found.value : null);
    return { at, value: read(value), of: read(of), trouble: null, detail: '' };
  };

const filledIn = (query: string, { revision, service, environment }: Input): string =>
  query.replaceAll('$revision', revision).replaceAll('$service', service).replaceAll('$environment', environment);

async function valueOf(url: string, query: string): Promise<Found> {
  let text: string;
  try {
    text = await fetchText(new URL(`/api/v1/query?${new URLSearchParams({ query, lookback_delta: `${FRESH_S}s` }).toString()}`, url));
  } catch (error) {
    return { trouble: 'dead', detail: `Prometheus did not answer: ${error instanceof Error ? error.message : String(error)}` };
  }
  const answer = Answer.safeParse(parseJson(text)).data;
  if (answer === undefined) return { trouble: 'dead', detail: `what answers there is no Prometheus: ${text.slice(0, 80)}` };
  if (answer.status !== 'success') return { trouble: 'bad-query', detail: `${answer.error ?? 'refused'}: ${query}` };
  const values =
    answer.data?.resultType === 'scalar' ? [Sample.safeParse(answer.data.result).data] : (Vector.safeParse(answer.data?.result).data ?? []).map((s) => s.value);
  if (values.length > 1) return { trouble: 'bad-query', detail: `${values.length} series where one value is expected, as sum(...) gives: ${query}` };
  const value = Number(values[0]?.[1] ?? Number.NaN);
  return Number.isFinite(value) ? { value } : { trouble: 'no-data', detail: `no value within ${FRESH_S} s: ${query}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fetchText(url: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
    const call = ask(url, { agent: false, timeout: ANSWERS_WITHIN_MS, headers: { accept: 'application/json' } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MOST_BYTES) call.destroy(new Error(`more than ${MOST_BYTES} bytes`));
      });
      answer.on('error', reject);
      answer.on('end', () => resolve(text));
    });
    call.on('timeout', () => call.destroy(new Error(`nothing within ${ANSWERS_WITHIN_MS} ms`)));
    call.on('error', reject);
    call.end();
  });
}
