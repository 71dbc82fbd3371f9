// Reads the lines of `go test -json`. Pure.
import { z } from 'zod';
import type { Reported } from './import-report.ts';

const Line = z.object({
  Time: z.string().optional(),
  Action: z.string(),
  Package: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
});
const OUTCOMES = new Map<string, Reported['outcome']>([
  ['pass', 'passed'],
  ['fail', 'failed'],
  ['skip', 'skipped'],
]);

/** Null where no line is one of go test. A package that failed without a failing test is a test of its own: it did not build. */
export function readGo(text: string): Reported[] | null {
  const found: Reported[] = [];
  const failing = new Set<string>();
  let any = false;
  for (const line of text.split('\n')) {
    const event = line.startsWith('{') ? parse(line) : null;
    if (!event) continue;
    any ||= event.Package !== undefined;
    const outcome = OUTCOMES.get(event.Action);
    if (outcome === undefined || event.Package === undefined) continue;
    const durationMs = event.Elapsed === undefined ? undefined : event.Elapsed * 1000;
    if (event.Test !== undefined) {
      if (outcome === 'failed') failing.add(event.Package);
      found.push({ test: `${event.Package}/${event.Test}`, outcome, durationMs, at: event.Time });
    } else if (outcome === 'failed' && !failing.has(event.Package)) found.push({ test: event.Package, outcome: 'error', durationMs, at: event.Time });
  }
  return any ? found : null;
}

function parse(line: string): z.infer<typeof Line> | null {
  try {
    return Line.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    // Programs under test print between the events.
    return null;
  }
}
