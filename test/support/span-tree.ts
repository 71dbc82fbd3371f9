// One trace as a tree: who is whose parent, and what is wrong with it.
import type { ReceivedSpan } from '@awo/testing';

export interface SpanTree {
  spans: ReceivedSpan[];
  /** Spans whose parent is not in the trace; a whole trace has one, without a parent. */
  roots: ReceivedSpan[];
  named(name: string | RegExp): ReceivedSpan[];
  parentOf(span: ReceivedSpan): ReceivedSpan | undefined;
  /** In the order in which they began. */
  childrenOf(span: ReceivedSpan): ReceivedSpan[];
  /** From the parent up to the root. */
  above(span: ReceivedSpan): ReceivedSpan[];
}

export function spanTree(spans: ReceivedSpan[]): SpanTree {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = (span: ReceivedSpan) => byId.get(span.parentSpanId);
  const above = (span: ReceivedSpan): ReceivedSpan[] => {
    const parent = parentOf(span);
    return parent ? [parent, ...above(parent)] : [];
  };
  return {
    spans,
    roots: spans.filter((span) => !byId.has(span.parentSpanId)),
    named: (name) => spans.filter((span) => (typeof name === 'string' ? span.name === name : name.test(span.name))),
    parentOf,
    childrenOf: (span) => spans.filter((other) => other.parentSpanId === span.spanId).toSorted((a, b) => a.startMs - b.startMs),
    above,
  };
}
