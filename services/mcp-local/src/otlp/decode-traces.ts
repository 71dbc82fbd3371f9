// Spans as OTLP brings them, protobuf or JSON, in the terms of a diagnosis. Pure. Source of the fields: opentelemetry-proto, trace/v1 and collector/trace/v1.
import protobuf from 'protobufjs';
import { z } from 'zod';
import { MOST_NAME, type SeenSpan } from '../traces/span.ts';

/** What a service tells; whose it is, the launch says. */
export type ToldSpan = Omit<SeenSpan, 'entity' | 'above'>;

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });
const Request = protobuf.Root.fromJSON({
  nested: {
    Status: { fields: { code: one('uint32', 3) } },
    Span: {
      fields: {
        traceId: one('bytes', 1),
        spanId: one('bytes', 2),
        parentSpanId: one('bytes', 4),
        name: one('string', 5),
        startTimeUnixNano: one('fixed64', 7),
        endTimeUnixNano: one('fixed64', 8),
        status: one('Status', 15),
      },
    },
    Scope: { fields: { spans: many('Span', 2) } },
    Resource: { fields: { scopeSpans: many('Scope', 2) } },
    Request: { fields: { resourceSpans: many('Resource', 1) } },
  },
}).lookupType('Request');

/** Hexadecimal in JSON, bytes in protobuf. */
const idOf = (bytes: number) =>
  z
    .union([z.string(), z.instanceof(Uint8Array)])
    .transform((id) => (typeof id === 'string' ? id.toLowerCase() : Buffer.from(id).toString('hex')))
    .refine((id) => id.length === 2 * bytes && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id), `an id of ${bytes} bytes is expected`);
const Nanoseconds = z.union([z.string().regex(/^\d{1,20}$/), z.number()]).transform(Number);
const Span = z.looseObject({
  traceId: idOf(16),
  spanId: idOf(8),
  parentSpanId: z
    .union([
      z.literal('').transform(() => null),
      z
        .instanceof(Uint8Array)
        .refine((id) => id.length === 0)
        .transform(() => null),
      idOf(8),
    ])
    .nullish(),
  name: z.string().default(''),
  startTimeUnixNano: Nanoseconds,
  endTimeUnixNano: Nanoseconds,
  /** A number, or a name in JSON as some exporters write it. */
  status: z.looseObject({ code: z.union([z.number(), z.string()]).optional() }).nullish(),
});
const Body = z.looseObject({
  resourceSpans: z.array(z.looseObject({ scopeSpans: z.array(z.looseObject({ spans: z.array(Span).default([]) })).default([]) })).default([]),
});

/** Throws where it is neither: with what was wrong. */
export function decodeTraces(bytes: Uint8Array, contentType: string): ToldSpan[] {
  const isJson = /json/i.test(contentType);
  const raw: unknown = isJson ? JSON.parse(Buffer.from(bytes).toString('utf8')) : Request.toObject(Request.decode(bytes), { longs: Number });
  return Body.parse(raw).resourceSpans.flatMap((resource) =>
    resource.scopeSpans.flatMap((scope) =>
      scope.spans.map((s) => ({
        trace: s.traceId,
        span: s.spanId,
        parent: s.parentSpanId ?? null,
        name: s.name.slice(0, MOST_NAME),
        start: s.startTimeUnixNano / 1e6,
        durationMs: Math.max(0, Math.round((s.endTimeUnixNano - s.startTimeUnixNano) / 1e4) / 100),
        error: s.status?.code === 2 || s.status?.code === 'STATUS_CODE_ERROR',
      })),
    ),
  );
}
