// Reads the evidence of one incident from a folder, within bounds; what cannot be read is counted and said. The only file here that reads the disk, with read-lines.ts.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Incident, TerminalError, Topology } from '@awo/contracts';
import type { z } from 'zod';
import type { Evidence } from './evidence.ts';
import { gatherRows, type Gathering, type RowPart } from './gather-rows.ts';
import { readLines } from './read-lines.ts';

/** Logs have a bound of their own: a part of them tells the templates, a part of a metric tells less. */
export type Bounds = { bytesPerFile: number; bytesOfLogs?: number; rows: number };
const BOUNDS: Bounds = { bytesPerFile: 40 * 1024 * 1024, bytesOfLogs: 24 * 1024 * 1024, rows: 1_000_000 };
const SHOWN = 5;
const ROWS: readonly RowPart[] = ['metrics', 'logs', 'traces', 'changes', 'comparisons', 'processes', 'resources'];

/** Throws TerminalError `bad-arguments` where nothing of it is there, or where incident.json or topology.json is not what it should be. */
export async function readEvidence(dir: string, bounds: Bounds = BOUNDS): Promise<Evidence> {
  const gathering = gatherRows(await readJson(dir, 'incident', Incident), await readJson(dir, 'topology', Topology));
  for (const part of ROWS) await readRows(dir, part, bounds, gathering);
  if (gathering.evidence.present.size === 0)
    throw new TerminalError(
      'bad-arguments',
      `${dir} holds no evidence.`,
      `Expected any of incident.json, topology.json, ${ROWS.map((part) => `${part}.jsonl`).join(', ')}.`,
    );
  return gathering.done();
}

async function readJson<S extends z.ZodType>(dir: string, part: 'incident' | 'topology', schema: S): Promise<z.infer<S> | null> {
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

async function readRows(dir: string, part: RowPart, bounds: Bounds, { evidence: { notes }, take }: Gathering): Promise<void> {
  const file = `${part}.jsonl`;
  if (!existsSync(join(dir, file))) return;
  const bad: string[] = [];
  let count = 0;
  let badCount = 0;
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
      const why = takeLine(text, part, take);
      if (why === null) count += 1;
      else {
        badCount += 1;
        if (bad.length < SHOWN) bad.push(`${at(i)} (${why.slice(0, 120)})`);
      }
    }
  }
  if (badCount > 0) notes.push(`${file}: ${badCount} of ${badCount + count} rows left out: ${bad.join('; ')}${badCount > bad.length ? '; ...' : ''}.`);
}

function takeLine(text: string, part: RowPart, take: Gathering['take']): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `not JSON: ${text.slice(0, 40)}`;
  }
  return take(part, value);
}
