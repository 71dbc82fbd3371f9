// observe.traffic: requests, errors and latency per revision, since the last start of each.
import { type EdgeCounters, type observeTraffic, TrafficCounters } from '@awo/contracts';
import type { z } from 'zod';
import { readCounters } from './edge-counters.ts';
import { findService } from './places.ts';

export const traffic =
  (home: string) =>
  async (args: z.infer<typeof observeTraffic.input>): Promise<z.infer<typeof observeTraffic.output>> => {
    findService(home, args.environment, args.service);
    const { services } = await readCounters(home, args.environment);
    const newest = new Map<string, EdgeCounters>();
    for (const counters of services.find((s) => s.name === args.service)?.revisions ?? []) {
      const known = newest.get(counters.revision);
      if (known === undefined || known.generation < counters.generation) newest.set(counters.revision, counters);
    }
    return { at: new Date().toISOString(), revisions: [...newest.values()].map((counters) => TrafficCounters.parse(counters)) };
  };
