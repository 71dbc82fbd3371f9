// What HISTORY holds of one release of the cart to production.
import type { ReleaseOutcome } from '@awo/contracts';
import { NEW, OLD } from './environment.ts';

export const outcomeOf = (end: 'promoted' | 'undone', endedAt: string): ReleaseOutcome => ({
  v: 1,
  goal: 'g0000000001',
  kind: 'release',
  environment: 'production',
  repo: '/r',
  head: NEW,
  acceptedAt: endedAt,
  endedAt,
  outcome: 'done',
  because: 'x',
  change: null,
  people: [],
  services: [
    {
      service: 'cart',
      base: OLD,
      head: NEW,
      strategy: 'canary',
      end,
      verdict: end === 'undone' ? 'error-rate-worse' : 'no-worse',
      weight: 50,
      promotedAt: endedAt,
      harmAt: null,
      undoneAt: null,
      fresh: { requests: 1, errors: 0 },
      beside: { requests: 1, errors: 0 },
      before: null,
      rps: 1,
      customersWithErrors: 0,
    },
  ],
});
