// What was seen of a release as a bundle of evidence, in the terms of `awo diagnose`. Pure.
import type { EvidenceBundle } from '@awo/root-cause';
import { withNames } from '../name-addresses.ts';
import { asLevels } from '../tracks.ts';
import { comparisonRows, lastWatch } from './comparisons.ts';
import { type ChangedService, examinedOf, type Observed } from './facts.ts';

const MACHINE = 'machine';
const LEAD_MS = 1000;

export function bundleOf(observed: Observed): EvidenceBundle {
  const examined = examinedOf(observed);
  const window = windowOf(observed, examined);
  const tracks = tracksOf(observed, examined, window[0]);
  const oldest = Math.min(window[0] - 600_000, ...tracks.map((track) => track.t[0] ?? window[0]));
  const [first] = examined;
  return {
    incident: {
      at: sinceOf(observed, examined) ?? window[0],
      entity: first?.change.service ?? null,
      symptom: observed.failed.map((f) => f.code.replaceAll('-', ' ')).join('; '),
      window,
      baseline: [oldest, window[0] - 1],
    },
    topology: topologyOf(observed, examined),
    tracks,
    logs: logsOf(observed, examined, window),
    changes: changesOf(observed, window[0]),
    comparisons: comparisonRows(observed),
    traces: tracesOf(observed, examined, window[1]),
  };
}

/** The watch that failed, or what there was before any: the stages that passed are no part of the trouble, nor is what came after the roll-back. */
function windowOf(observed: Observed, examined: readonly ChangedService[]): [from: number, to: number] {
  const { at, failed } = observed;
  const began = times(examined.map((s) => lastWatch(observed, s.change.service)?.startedAt ?? s.trafficSince ?? s.startedAt));
  const ended = times(failed.map((f) => f.settledAt));
  const to = ended.length === 0 ? at : Math.max(...ended) + LEAD_MS;
  return [Math.min(...(began.length === 0 ? [to - 60_000] : began)) - LEAD_MS, to];
}

const times = (list: readonly (string | null)[]): number[] => list.flatMap((one) => (one === null ? [] : [Date.parse(one)]));

/** When the trouble was first seen; null where nothing tells. */
export function sinceOf(observed: Pick<Observed, 'watched' | 'failed'>, examined: readonly ChangedService[]): string | null {
  const main = examined.find((s) => s.fresh?.firstErrorAt) ?? examined[0];
  return main?.fresh?.firstErrorAt ?? lastWatch(observed, main?.change.service ?? '')?.startedAt ?? observed.failed[0]?.settledAt ?? null;
}

const loadOf = (service: string): string => `traffic of ${service}`;

function topologyOf({ collected, machine }: Observed, examined: readonly ChangedService[]): EvidenceBundle['topology'] {
  const { nodes, edges } = collected?.topology ?? { nodes: [], edges: [] };
  const own = examined.map((s) => s.change.service);
  const services = new Set([...nodes.filter((n) => n.kind === 'service').map((n) => n.id), ...own]);
  return {
    nodes: [...nodes, ...(machine === null ? [] : [{ id: MACHINE, kind: 'node' }])],
    edges: [
      ...edges,
      ...own.map((service) => ({ from: service, to: loadOf(service), kind: 'depends-on' })),
      ...(machine === null ? [] : [...services].map((service) => ({ from: service, to: MACHINE, kind: 'runs-on' }))),
    ],
  };
}

function tracksOf(observed: Observed, examined: readonly ChangedService[], from: number): EvidenceBundle['tracks'][number][] {
  const { at, collected, machine } = observed;
  const all = (collected?.tracks ?? []).map(asLevels);
  // What is measured of a service is measured of the revision that has most of its traffic: the old one, unless all was switched.
  const isOld = (entity: string): boolean => {
    const watch = lastWatch(observed, entity);
    return examined.some((s) => s.change.service === entity) && (watch === null || watch.concurrent);
  };
  const tracks: EvidenceBundle['tracks'][number][] = all.filter((track) => !isOld(track.entity) && track.metric !== 'requests_per_second');
  for (const { change } of examined) {
    const before = all.find((track) => track.entity === change.service && track.metric === 'requests_per_second');
    const kept = (before?.t ?? []).map((t, i) => ({ t, v: before?.v[i] ?? 0 })).filter((p) => p.t < from);
    // Both revisions together: a share that moves from one to the other is no load.
    const during = observed.watched.flatMap((w) => {
      const { old, new: fresh } = w.comparison;
      const requests = w.concurrent ? old.requests + fresh.requests : fresh.requests;
      return w.service === change.service && w.settledAt !== null && w.elapsedMs > 0
        ? [{ t: Date.parse(w.settledAt), v: requests / (w.elapsedMs / 1000) }]
        : [];
    });
    const points = [...kept, ...during];
    if (during.length > 0) tracks.push({ entity: loadOf(change.service), metric: 'requests_per_second', t: points.map((p) => p.t), v: points.map((p) => p.v) });
  }
  if (machine === null) return tracks;
  const one = (metric: string, v: number) => ({ entity: MACHINE, metric, t: [Math.min(at, windowOf(observed, examined)[1])], v: [v] });
  tracks.push(one('load_per_core', machine.load1 / machine.cores));
  if (machine.memoryTotalBytes) tracks.push(one('memory_used_ratio', 1 - machine.memoryFreeBytes / machine.memoryTotalBytes));
  return tracks;
}

function logsOf(
  { collected, failed, failing, logs }: Observed,
  examined: readonly ChangedService[],
  [from, to]: [number, number],
): EvidenceBundle['logs'][number][] {
  const own = new Set(examined.map((s) => s.change.service));
  const named = withNames(collected?.topology.nodes ?? []);
  const rows = [
    // The old one's lines show what the new one wrote from the first day on; what the old one wrote meanwhile is not the new one's.
    ...(collected?.logs ?? []).filter((line) => !own.has(line.entity) || line.t < from),
    ...examined.flatMap((s) => (logs[s.change.service] ?? []).map((message) => ({ t: to, entity: s.change.service, message }))),
    ...examined.flatMap((s) =>
      (s.fresh?.samples ?? []).map((x) => failure(s, Math.max(from, Date.parse(x.at)), `${x.method} ${x.path} ${x.status} ${x.body}`)),
    ),
    ...examined.flatMap((s) =>
      failed
        .filter((f) => f.service === s.change.service && f.kind !== 'watch-rollout')
        .map((f) => failure(s, to, `${f.step} failed (${f.code}): ${f.message}`)),
    ),
    ...examined.flatMap((s) => failing.map((test) => failure(s, from, `Test "${test.name}"${test.file ? ` (${test.file})` : ''} failed: ${test.message}`))),
  ];
  return rows.map((row) => ({ ...row, message: named(row.message).slice(0, 500) }));
}

/** None where old and new ran beside each other: a span does not tell which of them made it, and the old one's would speak for the new one. */
function tracesOf(observed: Observed, examined: readonly ChangedService[], to: number): NonNullable<EvidenceBundle['traces']> {
  const isBeside = examined.some((s) => lastWatch(observed, s.change.service)?.concurrent);
  return isBeside ? [] : (observed.collected?.traces ?? []).filter((span) => span.start <= to);
}

const failure = ({ change }: ChangedService, t: number, message: string) => ({ t, entity: change.service, level: 'error', message });

function changesOf({ changed, collected }: Observed, from: number): EvidenceBundle['changes'][number][] {
  const own = new Set(changed.map((s) => s.change.service));
  return [
    // What the recorder notes of a release is that something started; the release itself knows what is in it.
    ...(collected?.changes ?? []).filter((c) => !(c.kind === 'release' && own.has(c.entity))),
    ...changed.flatMap(({ change, commits, startedAt, trafficSince }) => {
      const t = trafficSince ?? startedAt ?? from;
      if (commits.length === 0) return [{ t, entity: change.service, kind: 'release', what: '', revision: change.head.slice(0, 7) }];
      return commits.map((c) => ({ t, entity: change.service, kind: 'commit', what: `"${c.subject}"`, revision: c.sha.slice(0, 7), files: c.files }));
    }),
  ];
}
