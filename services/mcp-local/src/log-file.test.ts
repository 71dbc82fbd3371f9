// Output stays bounded while its writer goes on.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rotate, tailOf } from './log-file.ts';

test('past 10 MB the content moves aside, and a writer that keeps its descriptor goes on at the beginning', () => {
  const dir = mkdtempSync(join(tmpdir(), 'awo-'));
  const path = join(dir, 'cart.log');
  rotate(path);
  const writer = openSync(path, 'a');
  writeSync(writer, 'small\n');
  rotate(path);
  expect(readFileSync(path, 'utf8')).toBe('small\n');
  writeSync(writer, Buffer.alloc(10 * 1024 * 1024, 'x'));
  rotate(path);
  writeSync(writer, 'after\nthe turn\n');
  expect(statSync(`${path}.1`).size).toBe(10 * 1024 * 1024 + 6);
  expect(readFileSync(path, 'utf8')).toBe('after\nthe turn\n');
  expect([tailOf(path, 1), tailOf(path, 9), tailOf(join(dir, 'none'), 9)]).toEqual(['the turn', 'after\nthe turn', '']);
  closeSync(writer);
  rmSync(dir, { recursive: true });
});
