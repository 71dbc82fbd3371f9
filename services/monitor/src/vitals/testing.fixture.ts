// Series of a service `back` over two minutes, as evidence.collect gives them: steady, and changed at the end.
import type { Collected } from './trouble.ts';

export const NOW = 1_800_000_000_000;
const USUAL = {
  requests_per_second: 20,
  error_ratio: 0,
  latency_p95_ms: 15,
  up: 1,
  unanswered: 0,
  cpu_share: 0.05,
  memory_rss_bytes: 60 * 1024 * 1024,
  restarts: 0,
};
type Metrics = Partial<typeof USUAL>;

/** `changed` holds for the last `badForMs`. */
export function collectedOf(changed: Metrics, { badForMs = 6000, services = ['back'] as string[], ill = ['back'] as string[] } = {}): Collected {
  const times = Array.from({ length: 120 }, (_, i) => NOW - (119 - i) * 1000);
  return {
    at: NOW,
    topology: { nodes: services.map((id) => ({ id, kind: 'service' })), edges: [] },
    tracks: services.flatMap((entity) =>
      Object.entries(USUAL).map(([metric, usual]) => ({
        entity,
        metric,
        t: times,
        v: times.map((t) => (ill.includes(entity) && t > NOW - badForMs ? ((changed as Record<string, number>)[metric] ?? usual) : usual)),
      })),
    ),
    logs: [],
    changes: [],
  };
}

export const steady = (always: Metrics): Collected => collectedOf(always, { badForMs: 1e9 });
