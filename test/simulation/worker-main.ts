// One process of a run: takes ranges of seeds, runs them, reports. With AWO_WITHOUT it runs without that guard.
import { takeOut } from './take-out.ts';
import type { Report } from './tally.ts';
import { installVirtualTimers } from './virtual-timers.ts';

/** Stops at this many failures: the first ones tell what there is to know. */
const ENOUGH = 5;

if (process.env.AWO_WITHOUT) takeOut(process.env.AWO_WITHOUT);
// Refusals are errors, and there are many of them: a replay shows where one came from.
Error.stackTraceLimit = 0;
installVirtualTimers();
const unheard: string[] = [];
process.on('unhandledRejection', (error) => unheard.push(error instanceof Error ? (error.stack ?? error.message) : String(error)));
// After the hook, so that the runtime is loaded as it left it.
const { runSeed } = await import('./run-seed.ts');

process.on('message', async ({ from, count }: { from: number; count: number }) => {
  const report: Report = { seeds: 0, events: 0, commits: 0, effects: 0, kills: 0, pauses: 0, simulatedMs: 0, outcomes: {}, failures: [], cpuMs: 0 };
  const before = process.cpuUsage();
  for (let seed = from; seed < from + count && report.failures.length < ENOUGH; seed++) {
    unheard.length = 0;
    const result = await runSeed(seed);
    // Rejections are told once a turn of the event loop is over.
    await new Promise((resolve) => setImmediate(resolve));
    report.seeds++;
    for (const key of ['events', 'commits', 'effects', 'kills', 'pauses', 'simulatedMs'] as const) report[key] += result[key];
    for (const outcome of result.outcomes) report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
    const broken = result.violation ?? (unheard[0] ? { invariant: 'no-crash', message: unheard[0] } : null);
    if (broken) report.failures.push({ seed, invariant: broken.invariant, message: broken.message, events: result.events });
  }
  const { user, system } = process.cpuUsage(before);
  report.cpuMs = (user + system) / 1000;
  process.send?.(report);
});
