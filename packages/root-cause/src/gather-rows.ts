// Rows of evidence, wherever they come from, into what the engines look at. Pure.
import { ChangeRow, ComparisonRow, type Incident, LogRow, MetricRow, ProcessRow, SpanRow, type Topology } from '@awo/contracts';
import { z } from 'zod';
import { frameOf, timeOf, type Evidence, type Part, type Series, type TimeSpan } from './evidence.ts';
import { LogBook } from './logs/log-book.ts';
import { isLogRow, isMetricRow, isSpanRow } from './plain-rows.ts';
import { resourceRows } from './platform/resource-rows.ts';

export type RowPart = Exclude<Part, 'incident' | 'topology'>;
/** `add` takes a row that fits the schema and answers why it is left out, or null; `isPlain` tells a row that fits without asking the schema. */
type Rows<S extends z.ZodType> = { schema: S; add: (row: z.infer<S>) => string | null; isPlain: (value: unknown) => boolean };
export type Gathering = {
  evidence: Evidence;
  /** Null where the row was taken, else why not. */
  take: (part: RowPart, value: unknown) => string | null;
  /** To be called once, after the last row. */
  done: () => Evidence;
};

export function gatherRows(incident: Incident | null, topology: Topology | null): Gathering {
  const notes: string[] = [];
  const at = timeOf(incident?.at);
  const frame = frameOf(at, spanOf(incident?.window, 'window', notes), spanOf(incident?.baseline, 'baseline', notes));
  const series = new Map<string, Series>();
  const evidence: Evidence = {
    symptom: { at, entity: incident?.entity ?? null, text: incident?.symptom ?? '' },
    frame,
    topology: topology ?? { nodes: [], edges: [] },
    series: [],
    logs: new LogBook(frame),
    spans: [],
    changes: [],
    comparisons: [],
    processes: [],
    resources: [],
    present: new Set(),
    notes,
  };
  if (incident !== null) evidence.present.add('incident');
  if (topology !== null && topology.nodes.length + topology.edges.length > 0) evidence.present.add('topology');
  const parts: Record<RowPart, (value: unknown) => string | null> = {
    metrics: taking({ schema: MetricRow, add: (row) => addMetric(series, row), isPlain: isMetricRow }),
    logs: taking({ schema: LogRow, add: (row) => (evidence.logs.add(row), null), isPlain: isLogRow }),
    traces: taking({ schema: SpanRow, add: (row) => addSpan(evidence, row), isPlain: isSpanRow }),
    changes: taking({
      schema: ChangeRow,
      isPlain: () => false,
      add: ({ t, entity, kind, what, revision, files }) => {
        evidence.changes.push({ t: timeOf(t), entity, kind, what, revision: revision ?? null, files: files ?? [] });
        return null;
      },
    }),
    comparisons: taking({ schema: ComparisonRow, add: (row) => (evidence.comparisons.push(row), null), isPlain: () => false }),
    processes: taking({ schema: ProcessRow, add: (row) => (evidence.processes.push(row), null), isPlain: () => false }),
    resources: (value) => {
      const rows = resourceRows(value);
      if (typeof rows === 'string') return rows;
      for (const row of rows) evidence.resources.push(row);
      return null;
    },
  };
  return {
    evidence,
    take(part, value) {
      const why = parts[part](value);
      if (why === null) evidence.present.add(part);
      return why;
    },
    done() {
      // Rows may come in any order: onset and windows need time order.
      for (const { points } of series.values()) if (points.some((p, i) => p.t < (points[i - 1]?.t ?? p.t))) points.sort((a, b) => a.t - b.t);
      evidence.series = [...series.values()];
      if (evidence.logs.uncounted > 0) notes.push(`logs.jsonl: ${evidence.logs.uncounted} lines of rare templates were not counted.`);
      return evidence;
    },
  };
}

/** Most rows are just as the schema has them, and a schema costs more than the rest of reading. */
function taking<S extends z.ZodType>({ schema, add, isPlain }: Rows<S>): (value: unknown) => string | null {
  return (value) => {
    if (isPlain(value)) return add(value as z.infer<S>);
    const parsed = schema.safeParse(value);
    if (parsed.success) return add(parsed.data);
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`;
  };
}

function addMetric(series: Map<string, Series>, row: z.infer<typeof MetricRow>): string | null {
  const t = timeOf(row.t);
  if (t === null) return `"${String(row.t)}" is no time`;
  const key = `${row.entity}\n${row.metric}`;
  const own = series.get(key) ?? { entity: row.entity, metric: row.metric, points: [] };
  if (own.points.length === 0) series.set(key, own);
  own.points.push({ t, v: row.value });
  return null;
}

function addSpan({ spans }: Evidence, row: z.infer<typeof SpanRow>): string | null {
  const start = timeOf(row.start);
  if (start === null || !(row.durationMs >= 0)) return `start ${String(row.start)}, durationMs ${row.durationMs}: expected a time and a duration of 0 or more`;
  const error = row.error === true || row.error === 1 || (typeof row.error === 'string' && !/^(|false|0|ok|unset)$/i.test(row.error));
  spans.push({ trace: row.trace, id: row.span, parent: row.parent || null, entity: row.entity, name: row.name, start, durationMs: row.durationMs, error });
  return null;
}

function spanOf(value: readonly [unknown, unknown] | null | undefined, name: string, notes: string[]): TimeSpan | null {
  if (value === null || value === undefined) return null;
  const [from, to] = [timeOf(value[0]), timeOf(value[1])];
  if (from === null || to === null) {
    notes.push(`incident.json: ${name} ${JSON.stringify(value)} is no span of time; left out.`);
    return null;
  }
  return from <= to ? [from, to] : [to, from];
}
