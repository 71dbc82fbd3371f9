// awo diagnose as a process, with nothing running: data, pages, and what is refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runAwo } from './testing/real-bus.ts';

const dir = mkdtempSync(join(tmpdir(), 'awo-diagnose-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const options = { env: { AWO_HOME: join(dir, 'home') }, cwd: dir };

test('a folder without evidence is refused with what was expected', async () => {
  const { code, err } = await runAwo(['diagnose', '--evidence', '.'], options);
  expect(err).toMatch(/holds no evidence[\s\S]*incident\.json/);
  expect(code).toBe(1);
});

test('the cause is printed as data for programs and as a page for people', async () => {
  const rows = [
    { entity: 'service/cart', kind: 'Service', spec: { selector: { app: 'crat' }, ports: [{ port: 80 }] } },
    { entity: 'pod/cart-1', kind: 'Pod', metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart' }] } },
  ];
  writeFileSync(join(dir, 'resources.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  const data = await runAwo(['diagnose', '--evidence', '.', '-o', 'json'], options);
  expect(JSON.parse(data.out)).toMatchObject({ verdict: 'found', hypotheses: [{ entity: 'service/cart', cause: 'service-selector-mismatch' }] });
  expect((await runAwo(['diagnose', '--evidence', '.', '-o', 'md'], options)).out).toMatch(/^# Diagnosis: found/);
  expect((await runAwo(['diagnose', '--evidence', '.', '-o', 'html'], options)).out).toMatch(/^<!doctype html>/);
  expect(await runAwo(['diagnose', '--evidence', '.', '-o', 'mermaid'], options)).toMatchObject({ code: 2, err: expect.stringContaining('mermaid') });
});
