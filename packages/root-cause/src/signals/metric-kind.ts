// What a metric measures and which direction is worse, by the words of its name. Pure.

export type MetricKind = 'latency' | 'errors' | 'availability' | 'traffic' | 'cpu' | 'memory' | 'disk' | 'network' | 'restarts' | 'saturation' | 'other';
export type Worse = 'higher' | 'lower' | 'both';

const KINDS: readonly (readonly [RegExp, MetricKind])[] = [
  [/availab|success|uptime|healthy|apdex|\bup$/i, 'availability'],
  [/error|fault|fail|5xx|4xx|exception|timeout|refused|abort/i, 'errors'],
  [/restart|crash|oom/i, 'restarts'],
  // Bytes tell how much is asked for and answered, not how well they arrive.
  [/(network|receive|transmit|[rt]x)[\w-]*bytes|response[._-]?(size|bytes)/i, 'other'],
  [/io[._-]?wait|syscall[._-]?(read|write)|fsync|data_(read|written)/i, 'disk'],
  [/(^|[._-])gc[._-]/i, 'memory'],
  [/retrans|packet|network|_rx|_tx|rx_|tx_|receive|transmit|bandwidth|conntrack|rtt|net_/i, 'network'],
  [/latenc|duration|response.?time|elapsed|\b(p|q)\d\d\b|[_.-]p\d\d|percentile|_ms$|_seconds(_(max|mean|avg))?$|delay/i, 'latency'],
  [/cpu|throttl|(?<!work|pay|up|down|re)load/i, 'cpu'],
  [/mem|heap|rss|swap|gc_/i, 'memory'],
  [/disk|fs[_-]|filesystem|iops|\bio\b|_io_|inode|read_bytes|write_bytes|storage|volume/i, 'disk'],
  [/queue|pool|open_fds|open[._-]?files|file[._-]?(descriptor|handle)|connection|thread|socket|saturat|utili[sz]ation|backlog|pending|lag/i, 'saturation'],
  [/request|throughput|traffic|rps|qps|calls|count|invocations|workload|hits|queries/i, 'traffic'],
];
export const metricKind = (metric: string): MetricKind => KINDS.find(([pattern]) => pattern.test(metric))?.[1] ?? 'other';

export function worseOf(kind: MetricKind): Worse {
  if (kind === 'availability') return 'lower';
  return kind === 'traffic' || kind === 'other' ? 'both' : 'higher';
}

export type Symptom = 'latency' | 'errors' | 'unknown';
export function symptomOf(text: string): Symptom {
  // "p95 500 ms" is no status.
  if (/availab|error|fail|\b5\d\d\b(?!\s*m?s\b)|exception|unavailable|reject|broken|down\b|crash/i.test(text)) return 'errors';
  return /latenc|slow|respon|duration|delay|timeout|\bp\d\d\b/i.test(text) ? 'latency' : 'unknown';
}

/** How much an anomaly of this kind says about the symptom at hand: the same kind most, load least. */
export function relevance(kind: MetricKind, symptom: Symptom): number {
  if (kind === 'traffic') return 0.25;
  if (kind === 'other') return 0.4;
  const failing = kind === 'errors' || kind === 'availability';
  if (symptom === 'latency') return kind === 'latency' ? 1 : failing ? 0.35 : 0.7;
  if (symptom === 'errors') return failing ? 1 : kind === 'latency' ? 0.35 : 0.65;
  return failing || kind === 'latency' ? 0.9 : 0.7;
}
