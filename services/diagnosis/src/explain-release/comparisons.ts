// What the watches of a release found, new against old, as rows of evidence. Pure.
import type { EvidenceBundle } from '@awo/root-cause';
import { examinedOf, type ChangedService, type Observed, type Watched } from './facts.ts';

type Row = NonNullable<EvidenceBundle['comparisons']>[number];

/** The revision that ran before, as an entity of its own beside the service. */
const controlOf = ({ change: { service, base } }: ChangedService): string => `${service}@${base?.slice(0, 7) ?? 'nothing'}`;

/** The watch that ended the release of a service, else its last one. */
export const lastWatch = ({ watched }: Pick<Observed, 'watched'>, service: string): Watched | null =>
  watched.find((w) => w.service === service && !w.passed) ?? watched.findLast((w) => w.service === service) ?? null;

/** Of a first release there is only what a test called bad by itself: nothing unchanged stands beside it. */
export function comparisonRows(observed: Pick<Observed, 'watched' | 'failed' | 'changed'>): Row[] {
  return examinedOf(observed).flatMap((one) => {
    const watch = lastWatch(observed, one.change.service);
    return [...neverReady(observed, one), ...(watch === null ? [] : rowsOf(watch, one, observed))];
  });
}

function rowsOf(watch: Watched, one: ChangedService, { failed }: Pick<Observed, 'failed'>): Row[] {
  const { old, new: fresh } = watch.comparison;
  const { past, because } = watch;
  const { base } = one.change;
  const common = { t: watch.settledAt, entity: one.change.service, control: controlOf(one), concurrent: watch.concurrent && base !== null };
  const ranOn = common.concurrent ? `; ${common.control} ran on` : '';
  const rows: Row[] = [];
  const add = (metric: string, verdict: string, row: Pick<Row, 'fresh' | 'old' | 'before' | 'says'>): void =>
    void rows.push({ ...common, metric, ...row, ...(because === verdict ? { worse: true } : {}) });
  const share = (of: { errors: number; requests: number }) => ({ value: of.errors / Math.max(1, of.requests), n: of.requests });
  const alone = base === null ? { says: `${fresh.errors} of ${fresh.requests} requests failed; nothing ran before.` } : {};
  add('error_ratio', 'error-rate-worse', { fresh: share(fresh), old: share(old), ...(past === null ? {} : { before: share(past) }), ...alone });
  if (fresh.p95Ms !== null && old.p95Ms !== null)
    add('latency_p95_ms', 'latency-worse', {
      fresh: { value: fresh.p95Ms, n: fresh.requests },
      old: { value: old.p95Ms, n: old.requests },
      ...(past === null || past.p95Ms === null ? {} : { before: { value: past.p95Ms, n: past.requests } }),
    });
  const told = (metric: string, value: number, says: string): void =>
    add(metric, because, { fresh: { value, n: fresh.requests }, old: { value: 0, n: old.requests }, says });
  if (because === 'crashing') told('restarts', fresh.restarts, `The new one restarted ${Math.max(1, fresh.restarts)} times${ranOn}.`);
  if (because === 'memory-growing')
    told('memory_growth', 1, `The memory of the new one grows steadily (${Math.round((fresh.memoryBytes ?? 0) / 1048576)} MB at last)${ranOn}.`);
  // What awo.yaml names, and whoever calls the service: the watch has compared them, and says how.
  if (because === 'metric-worse' || because === 'dependent-worse') told(because, 1, failed.find((f) => f.step === watch.step)?.message ?? because);
  return rows;
}

/** No customer is needed to see that a process never answers where the one before it did. */
const neverReady = ({ failed }: Pick<Observed, 'failed'>, one: ChangedService): Row[] =>
  failed
    .filter((f) => f.kind === 'start-revision' && f.service === one.change.service)
    .map((f) => ({
      t: f.settledAt,
      entity: one.change.service,
      control: controlOf(one),
      metric: 'start_failures',
      fresh: { value: 1, n: 1 },
      old: { value: 0, n: 1 },
      concurrent: one.change.base !== null,
      worse: true,
      says: `${one.change.service} ${one.change.head.slice(0, 7)} did not become healthy (${f.code}), before any customer reached it${one.change.base === null ? '' : `; ${controlOf(one)} ran on`}.`,
    }));
