// The book of what repairs of each kind have done in each environment: earned by record, lost by one wrong act. Kept in the bucket `autonomy`.
import { AutonomyRecord, type RepairKind } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { put } from '../turns.ts';

const KEPT = 50;
const EMPTY: AutonomyRecord = { good: 0, goodInARow: 0, wrong: 0, wrongAt: null, recent: [] };
const key = (environment: string, kind: RepairKind): string => `${environment}.${kind}`;

export async function recordOf(bus: Bus, environment: string, kind: RepairKind): Promise<AutonomyRecord> {
  const entry = await (await bus.kv('autonomy')).get(key(environment, kind));
  return entry?.operation === 'PUT' ? AutonomyRecord.parse(JSON.parse(entry.string())) : EMPTY;
}

/** Until it is written: somebody else may write at the same time. */
export async function changeRecord(bus: Bus, environment: string, kind: RepairKind, change: (record: AutonomyRecord) => AutonomyRecord): Promise<void> {
  const kv = await bus.kv('autonomy');
  const name = key(environment, kind);
  for (let done = false; !done;) {
    const entry = await kv.get(name);
    const before = entry?.operation === 'PUT' ? AutonomyRecord.parse(JSON.parse(entry.string())) : EMPTY;
    const after = change(before);
    if (after === before) return;
    const value = JSON.stringify({ ...after, recent: after.recent.slice(-KEPT) });
    done = await put(() => (entry ? kv.update(name, value, entry.revision) : kv.create(name, value)));
  }
}

/** A repair that was let through. Asked twice for the same step: counted once. */
export const begun =
  (use: AutonomyRecord['recent'][number]) =>
  (record: AutonomyRecord): AutonomyRecord =>
    record.recent.some((r) => r.goal === use.goal && r.service === use.service) ? record : { ...record, recent: [...record.recent, use] };

/** `by` is the goal and its service: the end of a goal that is written twice counts once. */
export const ended =
  (worked: boolean, at: string, by: string) =>
  (record: AutonomyRecord): AutonomyRecord => {
    if (record.counted?.includes(by)) return record;
    const counted = [...(record.counted ?? []), by].slice(-KEPT);
    return worked
      ? { ...record, counted, good: record.good + 1, goodInARow: record.goodInARow + 1 }
      : { ...record, counted, wrong: record.wrong + 1, goodInARow: 0, wrongAt: at };
  };
