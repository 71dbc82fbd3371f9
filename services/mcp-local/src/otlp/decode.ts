// Metrics as OTLP brings them, protobuf or JSON, to points. Pure. Source of the fields: opentelemetry-proto, metrics/v1 and collector/metrics/v1.
import protobuf from 'protobufjs';
import { z } from 'zod';

/** A figure at one moment. `total`: since the start of its process, or, where `isDelta`, since the last report; `level`: as it is now; `spread`: how many, and their sum. */
export type Point = { metric: string; labels: Record<string, string> } & (
  | { kind: 'total'; value: number; isDelta: boolean }
  | { kind: 'level'; value: number }
  | { kind: 'spread'; count: number; sum: number; isDelta: boolean }
);

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });
const point = { attributes: many('KeyValue', 7), asDouble: one('double', 4), asInt: one('sfixed64', 6) };
const points = (type: string) => ({ fields: { dataPoints: many(type, 1), aggregationTemporality: one('uint32', 2) } });
const Request = protobuf.Root.fromJSON({
  nested: {
    AnyValue: { fields: { stringValue: one('string', 1), boolValue: one('bool', 2), intValue: one('int64', 3), doubleValue: one('double', 4) } },
    KeyValue: { fields: { key: one('string', 1), value: one('AnyValue', 2) } },
    Number: { fields: point },
    Histogram: { fields: { attributes: many('KeyValue', 9), count: one('fixed64', 4), sum: one('double', 5) } },
    Exponential: { fields: { attributes: many('KeyValue', 1), count: one('fixed64', 4), sum: one('double', 5) } },
    Numbers: points('Number'),
    Histograms: points('Histogram'),
    Exponentials: points('Exponential'),
    Metric: {
      fields: {
        name: one('string', 1),
        gauge: one('Numbers', 5),
        sum: one('Numbers', 7),
        histogram: one('Histograms', 9),
        exponentialHistogram: one('Exponentials', 10),
      },
    },
    Scope: { fields: { metrics: many('Metric', 2) } },
    Resource: { fields: { scopeMetrics: many('Scope', 2) } },
    Request: { fields: { resourceMetrics: many('Resource', 1) } },
  },
}).lookupType('Request');

const Count = z.coerce.number();
const Value = z.looseObject({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: Count.optional(),
  doubleValue: z.number().optional(),
});
const Attributes = z.array(z.looseObject({ key: z.string(), value: Value.optional() })).default([]);
const NumberPoint = z.looseObject({ attributes: Attributes, asDouble: Count.optional(), asInt: Count.optional() });
const SpreadPoint = z.looseObject({ attributes: Attributes, count: Count.default(0), sum: Count.optional() });
/** A number, or a name in JSON as some exporters write it. */
const Temporality = z.union([z.number(), z.string()]).optional();
const pointsOf = <P extends z.ZodType>(of: P) => z.looseObject({ dataPoints: z.array(of).default([]), aggregationTemporality: Temporality }).optional();
const Body = z.looseObject({
  resourceMetrics: z
    .array(
      z.looseObject({
        scopeMetrics: z
          .array(
            z.looseObject({
              metrics: z
                .array(
                  z.looseObject({
                    name: z.string(),
                    gauge: pointsOf(NumberPoint),
                    sum: pointsOf(NumberPoint),
                    histogram: pointsOf(SpreadPoint),
                    exponentialHistogram: pointsOf(SpreadPoint),
                  }),
                )
                .default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

/** Throws where it is neither: with what was wrong. */
export function decodeMetrics(bytes: Uint8Array, contentType: string): Point[] {
  const isJson = /json/i.test(contentType);
  const raw: unknown = isJson ? JSON.parse(Buffer.from(bytes).toString('utf8')) : Request.toObject(Request.decode(bytes), { longs: Number });
  return Body.parse(raw).resourceMetrics.flatMap((resource) =>
    resource.scopeMetrics.flatMap((scope) =>
      scope.metrics.flatMap((m): Point[] => {
        const spread = m.histogram ?? m.exponentialHistogram;
        return [
          ...(m.gauge?.dataPoints ?? []).map((p): Point => ({ metric: m.name, labels: labelsOf(p.attributes), kind: 'level', value: numberOf(p) })),
          ...(m.sum?.dataPoints ?? []).map((p): Point => ({
            metric: m.name,
            labels: labelsOf(p.attributes),
            kind: 'total',
            value: numberOf(p),
            isDelta: isDelta(m.sum?.aggregationTemporality),
          })),
          ...(spread?.dataPoints ?? []).map((p): Point => ({
            metric: m.name,
            labels: labelsOf(p.attributes),
            kind: 'spread',
            count: p.count,
            sum: p.sum ?? 0,
            isDelta: isDelta(spread?.aggregationTemporality),
          })),
        ];
      }),
    ),
  );
}

const isDelta = (temporality: z.infer<typeof Temporality>): boolean => temporality === 1 || temporality === 'AGGREGATION_TEMPORALITY_DELTA';
const numberOf = (p: z.infer<typeof NumberPoint>): number => p.asDouble ?? p.asInt ?? 0;
const labelsOf = (attributes: z.infer<typeof Attributes>): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(value?.stringValue ?? value?.boolValue ?? value?.intValue ?? value?.doubleValue ?? '')]));
