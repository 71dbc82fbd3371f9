// observe.traffic: requests, errors and latency per revision, since the last start of each.
import { type EdgeCounters, type observeTraffic, TrafficCounters } from '@awo/contracts';
import type { z } from 'zod';
import { readCounters } from './edge-counters.ts';
import { findService } from './places.ts';

export const traffic =
  (home: string) =>
  async (args: z.infer<typeof observeTraffic.input>): Promise<z.infer<typeof observeTraffic.output>> => {
    const { revisions } = findService(home, args.environment, args.service);
    const { services } = await readCounters(home, args.environment);
    const newest = new Map<string, EdgeCounters>();
    const counted = services.find((s) => s.name === args.service)?.revisions ?? [];
    for (const counters of counted.filter((c) => c.control === undefined)) {
      const known = newest.get(counters.revision);
      if (known === undefined || known.generation < counters.generation) newest.set(counters.revision, counters);
    }
    // Those of earlier releases are kept as well: the one that runs is meant.
    const running = revisions.flatMap((r) => r.control?.generation ?? []);
    const control = counted.find((c) => c.control && running.includes(c.generation));
    return {
      at: new Date().toISOString(),
      revisions: [...newest.values()].map((counters) => TrafficCounters.parse(counters)),
      ...(control === undefined ? {} : { control: TrafficCounters.parse(control) }),
    };
  };
