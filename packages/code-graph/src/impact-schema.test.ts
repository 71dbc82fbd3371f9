// docs/impact.schema.json is what the schema of the report says now.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { IMPACT_SCHEMA_FILE, impactReportSchema } from './impact-schema.ts';

test('docs/impact.schema.json is the schema; `node packages/code-graph/src/impact-schema.ts` writes it anew', async () => {
  expect(await readFile(IMPACT_SCHEMA_FILE, 'utf8')).toBe(impactReportSchema());
});
