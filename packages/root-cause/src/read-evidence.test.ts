// Evidence as it comes: parts missing, rows broken, times out of order, files too large. What was left out is said.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';
import { readEvidence } from './read-evidence.ts';
import { htmlOf } from './report-html.ts';
import { markdownOf } from './report-markdown.ts';

let dir = '';
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'awo-evidence-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const put = (file: string, text: string): void => writeFileSync(join(dir, file), text);

test('a folder without evidence is refused with what was expected', async () => {
  await expect(readEvidence(dir)).rejects.toMatchObject({ code: 'bad-arguments', hint: expect.stringContaining('metrics.jsonl') });
});

test('a broken incident.json is refused with the field, because everything is weighed by it', async () => {
  put('incident.json', '{"at": 1, "window": "yesterday"}');
  await expect(readEvidence(dir)).rejects.toThrow(/incident\.json: window/);
  put('incident.json', '{"at": ');
  await expect(readEvidence(dir)).rejects.toThrow(/incident\.json is not JSON/);
});

test('bad rows are counted and said with their lines, the others are used', async () => {
  put(
    'metrics.jsonl',
    [
      '{"t":1700000002,"entity":"a","metric":"m","value":2}',
      'nonsense',
      '{"t":1700000001,"entity":"a","metric":"m","value":NaN}',
      '{"t":"soon","entity":"a","metric":"m","value":1}',
      '',
      '{"t":1700000000,"entity":"a","metric":"m","value":1}',
    ].join('\n'),
  );
  const { series, notes } = await readEvidence(dir);
  expect(series[0]?.points.map((p) => p.v)).toEqual([1, 2]);
  expect(notes.join()).toMatch(/metrics\.jsonl: 3 of 5 rows left out: line 2 .*line 3 .*line 4 \("soon" is no time\)/);
});

test('an end without a line break and an empty file are no faults', async () => {
  put('logs.jsonl', '{"t":1,"entity":"a","message":"started"}');
  put('traces.jsonl', '');
  const { logs, notes, present } = await readEvidence(dir);
  expect([logs.lines.get('a')?.window, notes, [...present]]).toEqual([1, [], ['logs']]);
});

test('of a file past the bound pieces from all of it are read, and that is said', async () => {
  const file = openSync(join(dir, 'logs.jsonl'), 'w');
  for (let block = 0; block < 64; block += 1)
    writeSync(
      file,
      Array.from({ length: 512 }, (_, i) =>
        JSON.stringify({ t: 1_700_000_000 + block * 512 + i, entity: `part-${block >> 3}`, level: 'info', message: `done ${i}` }),
      ).join('\n') + '\n',
    );
  closeSync(file);
  const { logs, notes } = await readEvidence(dir, { bytesPerFile: 1 << 20, rows: 1_000_000 });
  expect(logs.lines.size).toBe(8);
  expect(notes.join()).toMatch(/larger than 1 MB: evenly spread pieces were read/);
});

test('text of others stays text: names with quotes and tags change no page', async () => {
  put('incident.json', JSON.stringify({ entity: 'a"<script>', symptom: '<b>' }));
  put('logs.jsonl', JSON.stringify({ entity: 'a"<script>', level: 'error', message: 'fatal <img src=x onerror=alert(1)>' }));
  const result = diagnose(await readEvidence(dir));
  expect(result.hypotheses[0]?.entity).toBe('a"<script>');
  expect(htmlOf(result)).not.toMatch(/<script|<img/);
  expect(markdownOf(result)).not.toMatch(/(?<!\\)<(script|img)/);
});

test('unknown kinds and shapes of resources are passed by', async () => {
  put(
    'resources.jsonl',
    [
      '{"entity":"x/1","kind":"Gizmo","spec":[1,2],"status":"fine","events":[1,null,"Warning Odd it is"]}',
      '{"entity":"y","kind":"Pod","spec":{"containers":"none"},"status":{"containerStatuses":[null,3]}}',
      '{"kind":"Pod"}',
    ].join('\n'),
  );
  const result = diagnose(await readEvidence(dir));
  expect(result.verdict).toBe('insufficient');
  expect(result.notes.join()).toMatch(/resources\.jsonl: 1 of 3 rows left out: line 3/);
});
