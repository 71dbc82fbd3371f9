// Reads the evidence of one incident from a folder, within bounds; what cannot be read is counted and said. The only file here that reads the disk, with read-lines.ts.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeRow, Incident, LogRow, MetricRow, SpanRow, TerminalError, Topology } from '@awo/contracts';
import { z } from 'zod';
import { frameOf, timeOf, type Evidence, type Part, type Series, type TimeSpan } from './evidence.ts';
import { LogBook } from './logs/log-book.ts';
import { resourceRows } from './platform/resource-rows.ts';
import { isLogRow, isMetricRow, isSpanRow } from './plain-rows.ts';
import { readLines } from './read-lines.ts';

/** Logs have a bound of their own: a part of them tells the templates, a part of a metric tells less. */
export type Bounds = { bytesPerFile: number; bytesOfLogs?: number; rows: number };
const BOUNDS: Bounds = { bytesPerFile: 40 * 1024 * 1024, bytesOfLogs: 24 * 1024 * 1024, rows: 1_000_000 };
const SHOWN = 5;

/** Throws TerminalError `bad-arguments` where nothing of it is there, or where incident.json or topology.json is not what it should be. */
export async function readEvidence(dir: string, bounds: Bounds = BOUNDS): Promise<Evidence> {
  const notes: string[] = [];
  const present = new Set<Part>();
  const incident = await readJson(dir, 'incident', Incident);
  const topology = await readJson(dir, 'topology', Topology);
  if (incident !== null) present.add('incident');
  if (topology !== null && topology.nodes.length + topology.edges.length > 0) present.add('topology');
  const at = timeOf(incident?.at);
  const frame = frameOf(at, spanOf(incident?.window, 'window', notes), spanOf(incident?.baseline, 'baseline', notes));
  const logs = new LogBook(frame);
  const series = new Map<string, Series>();
  const evidence: Evidence = {
    symptom: { at, entity: incident?.entity ?? null, text: incident?.symptom ?? '' },
    frame,
    topology: topology ?? { nodes: [], edges: [] },
    series: [],
    logs,
    spans: [],
    changes: [],
    resources: [],
    present,
    notes,
  };
  const read = <S extends z.ZodType>(
    part: Part,
    schema: S,
    add: (row: z.infer<S>) => string | null,
    isPlain: (value: unknown) => boolean = () => false,
  ): Promise<void> => readRows(dir, part, schema, add, bounds, evidence, isPlain);
  await read(
    'metrics',
    MetricRow,
    (row) => {
      const t = timeOf(row.t);
      if (t === null) return `"${String(row.t)}" is no time`;
      const key = `${row.entity}\n${row.metric}`;
      const own = series.get(key) ?? { entity: row.entity, metric: row.metric, points: [] };
      if (own.points.length === 0) series.set(key, own);
      own.points.push({ t, v: row.value });
      return null;
    },
    isMetricRow,
  );
  // Rows may come in any order: onset and windows need time order.
  for (const { points } of series.values()) if (points.some((p, i) => p.t < (points[i - 1]?.t ?? p.t))) points.sort((a, b) => a.t - b.t);
  evidence.series = [...series.values()];
  await read('logs', LogRow, (row) => (logs.add(row), null), isLogRow);
  await read(
    'traces',
    SpanRow,
    (row) => {
      const start = timeOf(row.start);
      if (start === null || !(row.durationMs >= 0))
        return `start ${String(row.start)}, durationMs ${row.durationMs}: expected a time and a duration of 0 or more`;
      const error = row.error === true || row.error === 1 || (typeof row.error === 'string' && !/^(|false|0|ok|unset)$/i.test(row.error));
      evidence.spans.push({
        trace: row.trace,
        id: row.span,
        parent: row.parent || null,
        entity: row.entity,
        name: row.name,
        start,
        durationMs: row.durationMs,
        error,
      });
      return null;
    },
    isSpanRow,
  );
  await read('changes', ChangeRow, (row) => {
    evidence.changes.push({ t: timeOf(row.t), entity: row.entity, kind: row.kind, what: row.what, revision: row.revision ?? null });
    return null;
  });
  await read('resources', z.unknown(), (value) => {
    const rows = resourceRows(value);
    if (typeof rows === 'string') return rows;
    for (const row of rows) evidence.resources.push(row);
    return null;
  });
  if (logs.uncounted > 0) notes.push(`logs.jsonl: ${logs.uncounted} lines of rare templates were not counted.`);
  if (present.size === 0)
    throw new TerminalError(
      'bad-arguments',
      `${dir} holds no evidence.`,
      'Expected any of incident.json, topology.json, metrics.jsonl, logs.jsonl, traces.jsonl, changes.jsonl, resources.jsonl.',
    );
  return evidence;
}

async function readJson<S extends z.ZodType>(dir: string, part: Part, schema: S): Promise<z.infer<S> | null> {
  const file = `${part}.json`;
  if (!existsSync(join(dir, file))) return null;
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(dir, file), 'utf8'));
  } catch (error) {
    throw new TerminalError('bad-arguments', `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TerminalError('bad-arguments', `${file}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not as expected'}`);
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

async function readRows<S extends z.ZodType>(
  dir: string,
  part: Part,
  schema: S,
  add: (row: z.infer<S>) => string | null,
  bounds: Bounds,
  { notes, present }: Evidence,
  isPlain: (value: unknown) => boolean,
): Promise<void> {
  const file = `${part}.jsonl`;
  if (!existsSync(join(dir, file))) return;
  const bad: string[] = [];
  let count = 0;
  let badCount = 0;
  const refuse = (at: string, why: string): void => {
    badCount += 1;
    if (bad.length < SHOWN) bad.push(`${at} (${why.slice(0, 120)})`);
  };
  const most = (part === 'logs' ? bounds.bytesOfLogs : undefined) ?? bounds.bytesPerFile;
  const left = (bytes: number): void =>
    void notes.push(`${file} is larger than ${Math.round(most / 1048576)} MB: evenly spread pieces were read, ${Math.round(bytes / 1048576)} MB were not.`);
  for await (const { texts, at } of readLines(join(dir, file), most, left)) {
    if (count >= bounds.rows) {
      notes.push(`${file}: only the first ${bounds.rows} rows were read.`);
      break;
    }
    for (const [i, text] of texts.entries()) {
      if (text === '' || text.trim() === '') continue;
      const row = parseRow(text, schema, isPlain);
      const why = row.ok ? add(row.value) : row.why;
      if (why === null) count += 1;
      else refuse(at(i), why);
    }
  }
  if (count > 0) present.add(part);
  if (badCount > 0) notes.push(`${file}: ${badCount} of ${badCount + count} rows left out: ${bad.join('; ')}${badCount > bad.length ? '; ...' : ''}.`);
}

/** `isPlain` tells a row that is just as the schema has it: most are, and a schema costs more than the rest of reading. */
function parseRow<S extends z.ZodType>(
  text: string,
  schema: S,
  isPlain: (value: unknown) => boolean,
): { ok: true; value: z.infer<S> } | { ok: false; why: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, why: `not JSON: ${text.slice(0, 40)}` };
  }
  if (isPlain(value)) return { ok: true, value: value as z.infer<S> };
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}` };
}
