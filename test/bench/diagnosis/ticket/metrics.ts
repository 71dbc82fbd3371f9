// What four monitoring stacks show of a run, in their own names and units, by pod, service and node. Deterministic.
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';
import type { Load, Run, Second } from './simulate.ts';
import type { Service, System } from './system.ts';

export const STACKS = ['rated', 'micrometer', 'short', 'pod'] as const;
export type Stack = (typeof STACKS)[number];
export type Row = { t: number; entity: string; metric: string; value: number };
export type Look = { stack: Stack; everySeconds: number; lost: number; reportsRetransmits: boolean };

type State = { cpu: number; throttled: number; memory: number; writes: number; reads: number; sockets: number; conc: number; gc: number; up: number };
const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
const sum = (all: readonly Second[], of: (s: Second) => number): number => all.reduce((total, s) => total + of(s), 0);

export function metricsOf(
  random: Random,
  system: System,
  fault: Fault | undefined,
  load: Load,
  run: Run,
  look: Look,
  noisy: { grows: ReadonlySet<Service>; backups: ReadonlySet<Service> },
): Row[] {
  const rows: Row[] = [];
  const { stack, everySeconds: step } = look;
  const noise = (value: number, by = 0.05): number => Math.max(0, value * (1 + by * random.normal()));
  const saw = new Map(system.services.map((s) => [s, random.next()]));
  const add = (t: number, entity: string, values: Record<string, number | undefined>): void => {
    for (const [metric, value] of Object.entries(values))
      if (value !== undefined && Number.isFinite(value) && !random.chance(look.lost)) rows.push({ t, entity, metric, value: Math.round(value * 1e4) / 1e4 });
  };
  for (let from = 0; from + step <= load.seconds; from += step) {
    const t = load.fromMs / 1000 + from + step;
    const nodeCpu = new Map<string, { cpu: number; io: number; retransmits: number; memory: number; net: number }>();
    for (const s of system.services) {
      const all = run.seconds.get(s)?.slice(from, from + step) ?? [];
      const rate = (of: (x: Second) => number): number => (sum(all, of) / step) * load.weight;
      const since = from + step - load.faultSecond;
      const force = fault?.service === s && since > 0 ? Math.min(1, since / fault.rampSeconds) : 0;
      const served = all.flatMap((x) => x.served).toSorted((a, b) => a - b);
      const requests = rate((x) => x.requests);
      const phase = ((saw.get(s) ?? 0) + (from / 1000) * (0.7 + (saw.get(s) ?? 0)) + (fault?.kind === 'memory' ? force : 0)) % 1;
      const restarted = load.cold.get(s)?.some((c) => from >= c && from < c + 40) === true;
      const dead = fault !== undefined && fault.killedEvery > 0 && force === 1 && since % fault.killedEvery > fault.killedEvery - 12;
      const grows = noisy.grows.has(s) ? 1 + from / 2000 : 1;
      const backup = noisy.backups.has(s) && from % 300 < 40 ? 1 : 0;
      const hog = (kind: Fault['kind']): number => (fault?.kind === kind ? force : 0);
      const conc = rate((x) => x.served.reduce((a, b) => a + b, 0)) / 1000;
      const store = s.kind === 'database';
      const state: State = {
        cpu: Math.min(
          s.cpuLimit,
          noise(0.015 + (requests * s.cpuMs) / 1000 + (restarted ? 0.4 : 0) + hog('cpu') * s.cpuLimit * 0.9 + hog('memory') * 0.2 + hog('disk') * 0.1, 0.1),
        ),
        throttled: hog('cpu') > 0 ? noise(hog('cpu') * 0.5, 0.2) : random.chance(0.05) ? 0.01 : 0,
        memory:
          restarted || dead
            ? s.memoryMi * 0.4
            : noise(s.memoryMi * grows * (s.framework === 'spring' ? 0.8 + 0.25 * phase : 1) + hog('memory') * s.memoryMi * 1.6, 0.008),
        writes: noise((store ? 40_000 + requests * 3000 : 800) + backup * 3e6 + hog('disk') * 4e7, 0.25),
        reads: random.chance(store ? 0.5 : 0.05) ? noise(9000 + hog('disk') * 2e6, 0.5) : hog('disk') * noise(2e6, 0.5),
        sockets: Math.round(noise(s.sockets + conc + hog('socket') * 900, 0.04)),
        conc,
        gc: s.framework === 'spring' ? noise(0.002 + (phase < 0.05 ? 0.02 : 0) + hog('memory') * 0.15, 0.3) : 0,
        up: dead ? 0 : 1,
      };
      const node = nodeCpu.get(s.node) ?? { cpu: 0.3, io: 0, retransmits: 0.4, memory: 900, net: 0 };
      nodeCpu.set(s.node, {
        cpu: node.cpu + state.cpu,
        io: node.io + hog('disk') * 0.35 + backup * 0.08,
        retransmits: node.retransmits + rate((x) => x.retransmits),
        memory: node.memory + state.memory,
        net: node.net + rate((x) => x.bytesOut),
      });
      const tx = noise(rate((x) => x.bytesOut) + rate((x) => x.out) * 400);
      const rx = noise(rate((x) => x.bytesIn) + requests * 400);
      const seen = all.flatMap((x) => x.seen).toSorted((a, b) => a - b);
      const http = s.kind === 'service' || s.kind === 'gateway';
      const ms = (q: number, of = served): number | undefined => (of.length === 0 ? undefined : noise(quantile(of, q), 0.02));
      const outOf = (name: string, pods: readonly string[], values: (part: number) => Record<string, number | undefined>): void =>
        pods.forEach((pod) => add(t, name === 'pod' ? pod : s.id, values(1 / pods.length)));
      const known = seen.length > 0 && s.kind !== 'gateway' ? seen : served;
      if (stack === 'rated') {
        outOf('pod', s.pods, (part) => ({
          'container-cpu-usage-seconds-total': state.cpu * noise(1),
          'container-cpu-cfs-throttled-seconds-total': state.throttled,
          'container-memory-working-set-bytes': state.memory * 1048576,
          'container-memory-rss': state.memory * 1048576 * 0.9,
          'container-fs-writes-bytes-total': state.writes * part,
          'container-fs-reads-bytes-total': state.reads * part,
          'container-network-receive-bytes-total': rx * part,
          'container-network-transmit-bytes-total': tx * part,
          'container-network-receive-packets-dropped-total': 0,
          'container-sockets': state.sockets,
          'container-threads': 8 + Math.round(s.memoryMi / 20 + state.conc * part),
          ...(look.reportsRetransmits ? { 'tcp-retransmissions-total': rate((x) => x.retransmits) * part + (random.chance(0.1) ? 0.1 : 0) } : {}),
        }));
        if (http)
          add(t, s.id, {
            'istio-request-total': requests,
            'istio-error-total': rate((x) => x.errors),
            'istio-latency-50': ms(0.5, known),
            'istio-latency-90': ms(0.9, known),
            'istio-latency-99': ms(0.99, known),
            'istio-response-bytes': noise(rate((x) => x.bytesOut)),
          });
      } else if (stack === 'micrometer') {
        const jvm =
          s.framework === 'spring'
            ? {
                process_cpu_usage: state.cpu / s.cpuLimit,
                jvm_memory_used_bytes: state.memory * 1048576 * 0.7,
                jvm_gc_pause_seconds_sum: state.gc,
                jvm_threads_live_threads: Math.round(30 + state.conc),
                tomcat_threads_busy_threads: Math.round(noise(state.conc)),
                hikaricp_connections_active: Math.round(noise(Math.min(10, rate((x) => x.outMs) / 4000))),
                process_files_open_files: state.sockets + 120,
              }
            : { process_cpu_seconds_total: state.cpu, process_resident_memory_bytes: state.memory * 1048576, process_open_fds: state.sockets + 12 };
        const database = store
          ? {
              mysql_global_status_threads_running: 1 + Math.round(state.conc),
              mysql_global_status_queries: requests,
              mysql_global_status_innodb_data_written: state.writes,
              mysql_innodb_data_pending_fsyncs: Math.round(hog('disk') * noise(6)),
            }
          : {};
        const server = http
          ? {
              http_server_requests_seconds_count: requests,
              http_server_requests_seconds_sum: noise(rate((x) => x.served.reduce((a, b) => a + b, 0)) / 1000, 0.02),
              http_server_requests_seconds_max: (served.at(-1) ?? 0) / 1000,
              http_server_errors_count: rate((x) => x.errors),
              http_server_response_size_bytes_mean: served.length === 0 ? undefined : noise(rate((x) => x.bytesOut) / Math.max(requests, 0.01)),
            }
          : {};
        const client =
          http && rate((x) => x.out) > 0
            ? {
                http_client_requests_seconds_mean: noise(rate((x) => x.outMs) / rate((x) => x.out) / 1000, 0.02),
                http_client_errors_count: rate((x) => x.outErrors),
              }
            : {};
        add(
          t,
          s.id,
          state.up === 0
            ? {}
            : {
                ...(store || s.kind === 'cache' || s.kind === 'queue'
                  ? { process_cpu_seconds_total: state.cpu, process_resident_memory_bytes: state.memory * 1048576, process_open_fds: state.sockets }
                  : jvm),
                ...database,
                ...server,
                ...client,
                container_fs_writes_bytes_total: state.writes,
                container_network_transmit_bytes_total: tx,
              },
        );
      } else if (stack === 'short') {
        add(t, s.id, {
          cpu: state.cpu,
          mem: state.memory * 1048576,
          diskio: state.writes + state.reads,
          socket: state.sockets,
          ...(http
            ? {
                workload: requests,
                error: rate((x) => x.errors),
                'latency-50': (ms(0.5, known) ?? 0) / 1000,
                'latency-90': (ms(0.9, known) ?? 0) / 1000,
                'latency-99': (ms(0.99, known) ?? 0) / 1000,
              }
            : {}),
        });
      } else {
        outOf('pod', s.pods, (part) => ({
          'CpuUsage(m)': state.cpu * 1000,
          'CpuUsageRate(%)': (100 * state.cpu) / s.cpuLimit,
          'MemoryUsage(Mi)': state.memory,
          'MemoryUsageRate(%)': (100 * state.memory) / (s.memoryMi * 3),
          SyscallRead: state.reads / 4096,
          SyscallWrite: state.writes / 4096,
          NetworkReceiveBytes: rx * part,
          NetworkTransmitBytes: tx * part,
          Sockets: state.sockets,
          ...(http
            ? {
                'PodWorkload(Ops)': requests * part,
                'PodSuccessRate(%)': requests === 0 ? 100 : 100 * (1 - rate((x) => x.errors) / requests),
                'PodServerLatencyP90(s)': (ms(0.9) ?? 0) / 1000,
                'PodServerLatencyP99(s)': (ms(0.99) ?? 0) / 1000,
                'PodClientLatencyP90(s)': (ms(0.9, known) ?? 0) / 1000,
              }
            : {}),
        }));
      }
    }
    for (const [node, { cpu, io, retransmits, memory, net }] of nodeCpu) {
      const busy = noise(cpu, 0.03);
      if (stack === 'pod')
        add(t, node, {
          'NodeCpuUsageRate(%)': Math.min(100, (100 * busy) / 16),
          'NodeMemoryUsageRate(%)': (100 * memory) / 32_000,
          NodeNetworkTransmitBytes: noise(net),
          'NodeDiskIOWait(%)': 100 * noise(0.01 + io, 0.2),
        });
      else if (stack !== 'short')
        add(t, node, {
          node_cpu_usage: Math.min(1, busy / 16),
          node_cpu_iowait: noise(0.01 + io, 0.2),
          node_load1: busy + io * 10,
          node_memory_used_bytes: memory * 1048576,
          node_disk_io_time_seconds_total: Math.min(1, noise(0.03 + io * 2)),
          node_netstat_Tcp_RetransSegs: noise(retransmits, 0.3),
        });
    }
  }
  return rows;
}
