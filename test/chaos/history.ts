// Reads every commit of every goal back and says what is wrong with them: lost, broken, ended twice or never.
import type { Bus } from '@awo/bus';
import { verifyChain } from '@awo/goal';
import type { ChainEntry } from '@awo/goal';

export type HistoryReport = { violations: string[]; commits: number; outcomes: Record<string, number>; failures: Record<string, number> };

/** `goals` is every goal there is a trace of, `accepted` those somebody was promised. */
export async function checkHistories(bus: Bus, goals: Iterable<string>, accepted: ReadonlySet<string>): Promise<HistoryReport> {
  const report: HistoryReport = { violations: [], commits: 0, outcomes: {}, failures: {} };
  for (const goal of new Set([...goals, ...accepted])) {
    const entries: ChainEntry[] = [];
    let ends = 0;
    let begins = 0;
    for await (const { seq, bytes, subject, commit } of bus.history(goal)) {
      entries.push({ seq, bytes, subject });
      ends += commit.events.filter((e) => e.type === 'goal.ended').length;
      for (const e of commit.events) if (e.type === 'step.failed') report.failures[e.code] = (report.failures[e.code] ?? 0) + 1;
      begins += commit.events.filter((e) => e.type === 'goal.accepted').length;
    }
    report.commits += entries.length;
    const wrong = (what: string) => report.violations.push(`${goal}: ${what}`);
    if (entries.length === 0) wrong('accepted, but there is no such goal: lost');
    if (entries.some((e, i) => i > 0 && e.seq <= (entries[i - 1]?.seq ?? 0))) wrong('its sequence does not grow');
    const verified = verifyChain(entries);
    if (!verified.ok) wrong(`commit ${verified.problem.seq}: ${verified.problem.what}, ${verified.problem.detail}`);
    else if (entries.length > 0) {
      const { state } = verified;
      if (begins !== 1) wrong(`accepted ${begins} times`);
      if (ends !== 1 || !state?.ended)
        wrong(
          `ended ${ends} times; open: ${state?.steps
            .filter((s) => s.status === 'dispatched' || s.status === 'waiting')
            .map((s) => `${s.id} ${s.status}`)
            .join(', ')}`,
        );
      const outcome = state?.ended?.outcome ?? 'none';
      report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
    }
  }
  return report;
}
