// Spans in which a service waits for another one: who is called, the time that the called one does not account for, and calls that never arrived. Pure.
import { phaseOf, type Frame } from '../evidence.ts';
import type { Span } from './span-stats.ts';

/** `rejected`: failed for the caller and not for the called one, which answered that it was asked wrong. */
type Transit = { n: number; ms: number[]; lost: number; rejected: number };
/** Key: caller and called. */
export type Transits = Map<string, { from: string; to: string; window: Transit; baseline: Transit }>;
/** A client span's called entity, whether its other end was seen. */
type ClientCall = { to: string; arrived: boolean };

const key = (s: { trace: string }, id: string): string => `${s.trace} ${id}`;

/** By span: calls that the caller recorded. A span below another of the same entity, whose children are of one other entity, or whose name names one. */
export function clientCalls(spans: readonly Span[], names: ReadonlySet<string>): Map<Span, ClientCall> {
  const byId = new Map(spans.map((s) => [key(s, s.id), s]));
  const children = new Map<string, Span[]>();
  for (const s of spans) {
    if (s.parent === null) continue;
    const up = key(s, s.parent);
    const list = children.get(up);
    if (list === undefined) children.set(up, [s]);
    else list.push(s);
  }
  const calls = new Map<Span, ClientCall>();
  const toOf = new Map<string, string | null>();
  const open: Span[] = [];
  for (const s of spans) {
    const parent = s.parent === null ? undefined : byId.get(key(s, s.parent));
    if (parent === undefined || parent.entity !== s.entity) continue;
    const below = children.get(key(s, s.id)) ?? [];
    const [first] = below;
    if (first === undefined) {
      open.push(s);
      continue;
    }
    if (below.some((one) => one.entity !== first.entity) || first.entity === s.entity) continue;
    calls.set(s, { to: first.entity, arrived: true });
    const name = `${s.entity}\n${s.name}`;
    const known = toOf.get(name);
    toOf.set(name, known === undefined || known === first.entity ? first.entity : null);
  }
  const named = new Map<string, string | null>();
  for (const s of open) {
    const learned = toOf.get(`${s.entity}\n${s.name}`);
    if (!named.has(s.name)) named.set(s.name, s.name.split(/[\s/:@?,;()]+/).find((word) => names.has(word)) ?? null);
    const to = learned ?? named.get(s.name) ?? null;
    // Of a name that has stood for several nobody knows which it was.
    if (to !== null && to !== s.entity) calls.set(s, { to, arrived: false });
  }
  return calls;
}

/** Time of calls that the called one's spans do not cover, and failed calls whose other end was not seen or was still at it. */
export function transitsOf(
  calls: ReadonlyMap<Span, ClientCall>,
  selfOf: (span: Span) => number,
  longest: (span: Span) => number,
  failedBelow: (span: Span) => boolean,
  frame: Frame,
): Transits {
  const transits: Transits = new Map();
  for (const [span, { to, arrived }] of calls) {
    const phase = phaseOf(frame, span.start);
    if (phase === 'outside') continue;
    const id = `${span.entity} ${to}`;
    const edge = transits.get(id) ?? {
      from: span.entity,
      to,
      window: { n: 0, ms: [], lost: 0, rejected: 0 },
      baseline: { n: 0, ms: [], lost: 0, rejected: 0 },
    };
    transits.set(id, edge);
    edge[phase].n += 1;
    edge[phase].ms.push(selfOf(span));
    if (span.error && (!arrived || longest(span) > span.durationMs * 1.02)) edge[phase].lost += 1;
    else if (span.error && !failedBelow(span)) edge[phase].rejected += 1;
  }
  return transits;
}
