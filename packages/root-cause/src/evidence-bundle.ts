// The evidence of one incident as one document: what an agent stores, and what a diagnosis is made from again. Pure.
import { type ChangeRow, type ComparisonRow, type Incident, type LogRow, type ProcessRow, type SpanRow, Topology } from '@awo/contracts';
import type { z } from 'zod';
import type { Evidence } from './evidence.ts';
import { gatherRows } from './gather-rows.ts';

/** The parts of an evidence folder; metrics as tracks, because a row per point is ten times as large. Plain JSON. */
export type EvidenceBundle = {
  incident: Incident;
  topology: z.input<typeof Topology>;
  tracks: readonly { entity: string; metric: string; t: readonly number[]; v: readonly number[] }[];
  logs: readonly LogRow[];
  changes: readonly z.input<typeof ChangeRow>[];
  comparisons?: readonly z.input<typeof ComparisonRow>[];
  processes?: readonly ProcessRow[];
  traces?: readonly z.input<typeof SpanRow>[];
};

export function evidenceOf({ incident, topology, tracks, logs, changes, comparisons = [], processes = [], traces = [] }: EvidenceBundle): Evidence {
  const { take, done } = gatherRows(incident, Topology.parse(topology));
  for (const { entity, metric, t, v } of tracks) for (const [i, time] of t.entries()) take('metrics', { t: time, entity, metric, value: v[i] });
  for (const row of logs) take('logs', row);
  for (const row of changes) take('changes', row);
  for (const row of comparisons) take('comparisons', row);
  for (const row of processes) take('processes', row);
  for (const row of traces) take('traces', row);
  return done();
}
