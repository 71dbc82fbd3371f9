// The headers that make one trace of many requests (W3C Trace Context, level 1), and the name of what a request asks for. Pure.
import { MOST_NAME } from '../traces/span.ts';

const TRACEPARENT = /^(?:00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$|(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$))/;
const OURS = /(?:^|,)\s*awo=([0-9a-f]{16})\s*(?=,|$)/;
const LONGEST_STATE = 512;

export type TraceContext = { trace: string; parent: string; flags: string };

/** Null where there is none, or it is none: then it says nothing (W3C, 3.2.2.5). */
export function parseTraceparent(value: unknown): TraceContext | null {
  const found = typeof value === 'string' ? TRACEPARENT.exec(value) : null;
  if (found === null) return null;
  const [trace, parent, flags] = [found[1] ?? found[4] ?? '', found[2] ?? found[5] ?? '', found[3] ?? found[6] ?? ''];
  return /^0+$/.test(trace) || /^0+$/.test(parent) ? null : { trace, parent, flags };
}

/** The span of an edge that this state has passed last; null: none. */
export const edgeIn = (state: unknown): string | null => (typeof state === 'string' ? (OURS.exec(state)?.[1] ?? null) : null);

/** `state` with this span of the edge as the last one. What is too long loses whole members at its end, as W3C 3.3.1.5 has it. */
export function withEdge(state: unknown, span: string): string {
  const members = [`awo=${span}`];
  let length = members[0]?.length ?? 0;
  for (const member of typeof state === 'string' ? state.split(',') : []) {
    const one = member.trim();
    if (one === '' || one.startsWith('awo=')) continue;
    length += one.length + 1;
    if (length > LONGEST_STATE || members.length === 32) break;
    members.push(one);
  }
  return members.join(',');
}

const SEGMENTS = 4;
const isWord = (segment: string): boolean => /^(?:[A-Za-z][A-Za-z._-]{0,29}|v\d{1,2})$/.test(segment);

/** `GET /cart/:id/items`: what is no plain word is somebody's id, or nobody's business; what asks for deeper is the same operation. */
export function operationOf(method: string, path: string): string {
  const [plain = ''] = path.split(/[?#]/, 1);
  const segments = plain.split('/').filter((s) => s !== '');
  const named = segments.slice(0, SEGMENTS).map((s) => (isWord(s) ? s : ':id'));
  return `${method} /${[...named, ...(segments.length > SEGMENTS ? ['*'] : [])].join('/')}`.slice(0, MOST_NAME);
}
