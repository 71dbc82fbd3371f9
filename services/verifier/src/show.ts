// What the verifier shows at each export: violations, how far it came, and how old its latest look at everything is.
import type { Bus } from '@awo/bus';
import { observe } from '@awo/telemetry';
import type { Report } from './report.ts';

export function showVerifier(bus: Bus, report: Report, { startedAt, now }: { startedAt: number; now: () => number }): void {
  observe(['verifierViolations', 'verifierLag', 'verifierLookAge'], async () => {
    const { violations, to, lookedAt } = report.state();
    const { state } = await bus.jsm.streams.info('GOALS');
    return {
      verifierViolations: [{ value: violations.length }],
      verifierLag: [{ value: Math.max(0, state.last_seq - to) }],
      verifierLookAge: [{ value: (now() - (lookedAt ? Date.parse(lookedAt) : startedAt)) / 1000 }],
    };
  });
}
