// One case by seed: a system, a fault or a kind of evidence, laid out as a folder's files. Deterministic.
import { randomOf } from '../random.ts';
import { CODE, failsMostly, faultOf, NETWORK, RESOURCE, type Kind } from './fault.ts';
import { logsOf } from './logs.ts';
import { metricsOf, STACKS, type Stack } from './metrics.ts';
import { simulate, type Load, type Span } from './simulate.ts';
import { systemOf, trafficOf, type Service } from './system.ts';

const EVIDENCE = ['metrics, logs, traces', 'metrics, logs', 'metrics, traces', 'traces, logs', 'metrics'] as const;
type Case = {
  name: string;
  kind: Kind;
  evidence: (typeof EVIDENCE)[number];
  stack: Stack;
  about: string;
  cause: string;
  serviceOf: ReadonlyMap<string, string>;
  files: Record<string, string>;
};

const jsonl = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

export function caseOf(seed: number, kind: Kind): Case {
  const random = randomOf(seed * 7919 + 13);
  const { int, pick, chance } = random;
  const code = (CODE as readonly string[]).includes(kind);
  const evidence = pick([EVIDENCE[0], EVIDENCE[0], EVIDENCE[0], EVIDENCE[1], EVIDENCE[2], EVIDENCE[3], code ? EVIDENCE[0] : EVIDENCE[4]]);
  // Without own figures a hog shows as time only: nothing to tell where it lies would be left of a small one.
  const system = systemOf(random);
  const fault = faultOf(random, system, kind, evidence.includes('traces'));
  if (!evidence.includes('metrics') && (RESOURCE as readonly string[]).includes(kind)) fault.slower = Math.max(fault.slower, 2.5);
  const stack = pick(STACKS);
  const perRequest = [...trafficOf(system).values()].reduce((a, b) => a + b, 0);
  const faultSecond = pick([600, 600, 720, 840]);
  const after = pick([300, 420, 600]);
  const calm = system.services.filter((s) => s !== fault.service);
  const cold = new Map<Service, number[]>(
    random
      .shuffle(calm.filter((s) => s.kind === 'service'))
      .slice(0, int(0, 2))
      .map((s) => [s, [int(30, faultSecond - 120)]]),
  );
  const load: Load = {
    fromMs: 1_706_500_000_000 + seed * 86_400_00,
    seconds: faultSecond + after,
    faultSecond,
    closed: chance(0.5),
    cold,
    weight: pick([1, 2, 10]),
    rps: Math.max(1, Math.min(12, 140 / perRequest)),
    sampled: 1,
    neighbours: new Set(['cpu', 'disk'].includes(kind) ? calm.filter((s) => s.node === fault.service.node) : []),
  };
  const share = pick([1, 0.1, 0.1, 0.01]);
  const wanted = load.rps * share * load.weight * (share < 1 ? 3 : 1);
  load.sampled =
    share === 1
      ? Math.min(1, 40_000 / (load.rps * load.seconds * perRequest * 2))
      : Math.min(1, Math.max(0.25, wanted) / load.rps, 40_000 / (load.rps * load.seconds * perRequest * 2));
  const run = simulate(random, system, fault, load);
  const files: Record<string, string> = {};
  const late = pick([0, 0, 30, 60]);
  const shown = load.fromMs / 1000 + faultSecond + late;
  const callers = system.services.filter((s) => s.ops.some((o) => o.calls.some((c) => c.to === fault.service)));
  const byPod = chance(0.4);
  const entity = chance(0.25) ? undefined : chance(0.75) ? system.gateway.id : pick(callers.length > 0 ? callers : [system.gateway]).id;
  const time = pick([(s: number) => s, (s: number) => Math.round(s * 1000), (s: number) => new Date(s * 1000).toISOString()]);
  files['incident.json'] = JSON.stringify({
    at: time(shown + int(30, 120)),
    entity,
    symptom: pick(
      failsMostly(fault) ? ['error rate above objective', 'success rate fell'] : ['latency of requests above objective', 'requests slower than usual'],
    ),
    window: [time(shown), time(load.fromMs / 1000 + load.seconds)],
    baseline: [time(shown - late - 600), time(shown - late)],
  });
  // A store that is named in no evidence cannot be named in the answer.
  const topology = evidence.includes('metrics') || fault.service.kind === 'service' ? pick(['none', 'calls', 'all']) : 'all';
  if (topology !== 'none') {
    const all = topology === 'all';
    const edges = system.services.flatMap((s) =>
      [...new Set(s.ops.flatMap((o) => o.calls.map((c) => c.to)))].map((to) => ({
        from: s.id,
        to: to.id,
        kind: to.kind === 'queue' ? 'publishes' : all && to.kind !== 'service' ? 'reads' : 'calls',
      })),
    );
    const placed = all
      ? system.services.flatMap((s) =>
          s.pods.flatMap((pod) => [...(s.pods.includes(s.id) ? [] : [{ from: s.id, to: pod, kind: 'owns' }]), { from: pod, to: s.node, kind: 'runs-on' }]),
        )
      : [];
    const nodes = [
      ...system.services.map((s) => ({ id: s.id, kind: s.kind })),
      ...(all ? [...system.services.flatMap((s) => s.pods.map((id) => ({ id, kind: 'pod' }))), ...system.nodes.map((id) => ({ id, kind: 'node' }))] : []),
    ];
    files['topology.json'] = JSON.stringify({ nodes, edges: [...edges, ...placed] });
  }
  const everySeconds = pick(system.services.length > 24 ? [5, 15, 30, 60] : [1, 5, 15, 30, 60]);
  if (evidence.includes('metrics')) {
    const grows = new Set(random.shuffle(calm).slice(0, int(0, 1)));
    const backups = new Set(calm.filter((s) => s.kind === 'database' && chance(0.2)));
    files['metrics.jsonl'] = jsonl(
      metricsOf(
        random,
        system,
        fault,
        load,
        run,
        { stack, everySeconds, lost: pick([0, 0.01, 0.05]), reportsRetransmits: chance(0.5) },
        { grows, backups },
      ).map((r) => ({ ...r, t: time(r.t) })),
    );
  }
  const offsets = new Map(system.nodes.map((n) => [n, chance(0.3) ? int(-300, 300) : 0]));
  if (evidence.includes('logs'))
    files['logs.jsonl'] = jsonl(
      logsOf(random, system, load, run.events, offsets, { levels: chance(0.6), named: !evidence.includes('traces') || chance(0.6), byPod }).map((l) => ({
        ...l,
        t: time(l.t / 1000),
      })),
    );
  // Where only one end of a call is recorded and nothing else is, the time between two ends has no name.
  const clients = (NETWORK as readonly string[]).includes(kind) || (code && !evidence.includes('logs')) || chance(0.6);
  const stores = chance(0.5);
  if (evidence.includes('traces'))
    files['traces.jsonl'] = jsonl(
      spansOf(run.spans, clients, stores, offsets, time, pick([(e: boolean) => e, (e: boolean) => (e ? 1 : 0), (e: boolean) => (e ? 'ERROR' : null)])),
    );
  const serviceOf = new Map(system.services.flatMap((s) => [...s.pods, s.id].map((id) => [id, s.id] as const)));
  const about = `${system.services.length} services, ${stack} every ${everySeconds} s, topology ${topology}, ${clients ? 'client' : 'server'} spans at ${load.sampled.toFixed(2)}, ${late} s late, of ${entity ?? '-'}, ${fault.service.kind}${code ? ` form ${fault.form} share ${fault.share.toFixed(2)} call ${fault.call?.to.id}` : ` x${fault.slower.toFixed(1)} ${fault.delayMs} ms ${fault.loss.toFixed(2)} ${fault.bytesPerSecond} B/s ${fault.refused.toFixed(2)}`}`;
  return { name: `${kind}-${seed}`, kind, evidence, stack, about, cause: fault.service.id, serviceOf, files };
}

function spansOf(
  spans: readonly Span[],
  clients: boolean,
  stores: boolean,
  offsets: ReadonlyMap<string, number>,
  time: (s: number) => number | string,
  error: (e: boolean) => boolean | number | string | null,
): object[] {
  const parents = new Map(spans.filter((s) => s.client).map((s) => [s.span, s.parent]));
  const kept = spans.filter((s) => (clients || !s.client) && (s.client || !['database', 'cache', 'queue'].includes(s.service.kind) || (!clients && stores)));
  return kept.map((s) => {
    const parent = clients || s.parent === null ? s.parent : (parents.get(s.parent) ?? s.parent);
    return {
      trace: s.trace,
      span: s.span,
      parent,
      entity: s.service.id,
      name: s.name,
      start: time((s.at + (offsets.get(s.service.node) ?? 0)) / 1000),
      durationMs: Math.round(s.ms * 1000) / 1000,
      error: error(s.error),
    };
  });
}
