// The spans of one environment over the last minutes. Bounded by number and bytes; in memory: of an edge that lives on, a new owner gets the newest again.
import type { CollectedSpan } from '@awo/contracts';
import type { z } from 'zod';
import { placeOf, WHOLE } from './share.ts';
import type { SeenSpan } from './span.ts';

type Span = z.infer<typeof CollectedSpan>;

const MOST_SPANS = 20_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** One trace that never ends must not be all that is kept. */
const MOST_OF_A_TRACE = 200;
const KEPT_MS = 15 * 60_000;
/** What an incident is seen by; what came before says what is usual. */
const NEWEST_MS = 60_000;
/** Clocks of other processes of this machine: more than this is no clock. */
const SKEW_MS = 60_000;

type Trace = { place: number; at: number; bytes: number; spans: Map<string, SeenSpan> };

export type KeptSpans = {
  add(spans: readonly SeenSpan[], now: number): void;
  /** Whole traces that began from `from` on, of at most `bytes` as JSON: half of that for the last minute. */
  since(from: number, bytes: number, now: number): Span[];
};

export function createKeptSpans(): KeptSpans {
  const traces = new Map<string, Trace>();
  let [share, count, bytes] = [WHOLE, 0, 0];
  const remove = (id: string, trace: Trace): void => {
    traces.delete(id);
    count -= trace.spans.size;
    bytes -= trace.bytes;
  };
  const put = (span: SeenSpan, now: number): void => {
    if (!(span.durationMs >= 0 && span.start >= now - KEPT_MS - SKEW_MS && span.start <= now + SKEW_MS)) return;
    const place = placeOf(span.trace);
    if (place >= share) return;
    const trace = traces.get(span.trace) ?? { place, at: now, bytes: 0, spans: new Map<string, SeenSpan>() };
    // Told twice where an answer was lost on its way.
    if (trace.spans.has(span.span) || trace.spans.size >= MOST_OF_A_TRACE) return;
    const size = JSON.stringify(span).length;
    trace.spans.set(span.span, span);
    trace.at = now;
    trace.bytes += size;
    // The newest stand last, so that the oldest are found first.
    traces.delete(span.trace);
    traces.set(span.trace, trace);
    count += 1;
    bytes += size;
  };
  return {
    add(spans, now) {
      for (const [id, trace] of traces) {
        if (trace.at >= now - KEPT_MS) break;
        remove(id, trace);
      }
      // By as little as comes in a second or so: what was left out is missed in what is usual, not in the newest.
      if (count < MOST_SPANS / 2 && bytes < MOST_BYTES / 2) share = Math.min(WHOLE, share * 1.1);
      for (const span of spans) {
        put(span, now);
        for (; count > MOST_SPANS || bytes > MOST_BYTES;) {
          share *= 0.75;
          for (const [id, trace] of traces) if (trace.place >= share) remove(id, trace);
        }
      }
    },
    since(from, most, now) {
      const begun = [...traces.values()].flatMap((trace) => {
        const start = Math.min(...[...trace.spans.values()].map((s) => s.start));
        return start < from ? [] : [{ start, place: trace.place, bytes: trace.bytes, spans: trace.spans }];
      });
      const newest = fitting(
        begun.filter((t) => t.start >= now - NEWEST_MS),
        most / 2,
      );
      const older = fitting(
        begun.filter((t) => t.start < now - NEWEST_MS),
        most - newest.reduce((sum, t) => sum + t.bytes, 0),
      );
      return [...older, ...newest].flatMap(({ spans }) => [...spans.values()].map((span) => linked(span, spans)));
    },
  };
}

/** Those with the lowest places, as many as fit: the same ones each time. */
function fitting<T extends { place: number; bytes: number }>(traces: readonly T[], most: number): T[] {
  let left = most;
  return traces
    .toSorted((a, b) => a.place - b.place)
    .filter(({ bytes }) => {
      left -= bytes;
      return left >= 0;
    });
}

/** Below the edge's span, where what stands between the two reports elsewhere. */
function linked({ above, ...span }: SeenSpan, trace: ReadonlyMap<string, SeenSpan>): Span {
  if (above === null || (span.parent !== null && trace.has(span.parent)) || !trace.has(above)) return span;
  return { ...span, parent: above };
}
