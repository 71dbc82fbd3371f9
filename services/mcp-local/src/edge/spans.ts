// Spans of the requests that pass, so that calls between services are seen without anything in the services. Bounded per second and in memory; the newest are kept.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { EdgeSpans, SeenSpan } from '../traces/span.ts';
import { nextShare, placeOf, WHOLE } from '../traces/share.ts';
import { type Flat, pathOf } from './headers.ts';
import { edgeIn, operationOf, parseTraceparent, withEdge } from './trace-context.ts';

/** More than a diagnosis can take: beyond, whole traces are left out. */
const MOST_PER_SECOND = 200;
/** A jump within one second must not fill this process before the share has followed. */
const MOST_IN_A_SECOND = 2 * MOST_PER_SECOND;
/** As many as come while the owner starts anew. */
const MOST_KEPT = 4000;
/** Per service: of requests that belong to no trace, so many begin one. */
const BEGIN_EVERY_MS = 100;
/** Somebody who asks for ever new paths must not make an operation of each. */
const MOST_OPERATIONS = 100;

/** One request that is told of. */
type Traced = {
  /** In place of those that came: what follows is below this span. */
  headers: Flat;
  /** `answered`: false where the caller left before anything came. */
  end(ms: number, failed: boolean, answered: boolean): void;
};

/** Null: this request is not told of, and its headers go on as they came. */
export type Tracer = (request: IncomingMessage, now: number) => Traced | null;

export type Spans = {
  tracerOf(service: string): Tracer;
  /** Those that ended after `cursor`, the number of an earlier answer; reading takes nothing away, so that an answer that is lost is asked for again. */
  after(cursor: number): EdgeSpans;
};

export function createSpans(): Spans {
  const kept: SeenSpan[] = [];
  // Goes on growing over a new start, so that nobody waits for a number that has been passed.
  let last = Date.now() * 1000;
  let [share, second, offered, taken] = [WHOLE, 0, 0, 0];

  const isTaken = (trace: string, now: number): boolean => {
    if (now - second >= 1000) {
      share = nextShare(share, (offered * 1000) / Math.max(1000, Math.min(now - second, 60_000)), MOST_PER_SECOND);
      [second, offered, taken] = [now, 0, 0];
    }
    offered += 1;
    if (placeOf(trace) >= share || taken >= MOST_IN_A_SECOND) return false;
    taken += 1;
    return true;
  };
  const keep = (span: SeenSpan): void => {
    kept.push(span);
    last += 1;
    if (kept.length >= MOST_KEPT * 1.25) kept.splice(0, kept.length - MOST_KEPT);
  };

  return {
    tracerOf(service) {
      const operations = new Set<string>();
      let beginAt = 0;
      const named = (name: string, method: string): string => {
        if (operations.has(name)) return name;
        if (operations.size >= MOST_OPERATIONS) return `${method} /*`;
        operations.add(name);
        return name;
      };
      return (request, now) => {
        const { traceparent, tracestate } = request.headers;
        const from = traceparent === undefined ? null : parseTraceparent(traceparent);
        if (from === null) {
          if (now < beginAt) return null;
          beginAt = now + BEGIN_EVERY_MS;
        }
        const trace = from?.trace ?? randomBytes(16).toString('hex');
        if (!isTaken(trace, now)) return null;
        const span = nextId();
        const start = Date.now();
        return {
          headers: ['traceparent', `00-${trace}-${span}-${from?.flags ?? '01'}`, 'tracestate', withEdge(from && tracestate, span)],
          end(ms, failed, answered) {
            const method = request.method ?? '';
            keep({
              trace,
              span,
              parent: from?.parent ?? null,
              above: from && edgeIn(tracestate),
              entity: service,
              name: named(operationOf(method, pathOf(request.url)), method),
              start,
              durationMs: Math.round(ms * 100) / 100,
              // A customer who leaves is no failure; a service that gives up waiting is one.
              error: failed || (!answered && from !== null),
            });
          },
        };
      };
    },
    after(cursor) {
      const missed = last - cursor;
      // A number that was never given here is another edge's.
      return { last, spans: missed === 0 ? [] : missed < 0 ? [...kept] : kept.slice(-missed) };
    },
  };
}

/** Unlike that of any other process, and cheap. */
const OWN = randomBytes(4).toString('hex');
let count = 0;
const nextId = (): string => {
  count = (count + 1) >>> 0 || 1;
  return OWN + count.toString(16).padStart(8, '0');
};
