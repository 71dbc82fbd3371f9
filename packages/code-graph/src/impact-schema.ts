// Writes docs/impact.schema.json, the shape of `awo impact -o json`, for those who read it: node packages/code-graph/src/impact-schema.ts
import { writeFile } from 'node:fs/promises';
import { ImpactReport } from '@awo/contracts';
import { z } from 'zod';

/** Where the published file lies. */
export const IMPACT_SCHEMA_FILE = new URL('../../../docs/impact.schema.json', import.meta.url);

/** The JSON Schema as text. */
export function impactReportSchema(): string {
  const schema = z.toJSONSchema(ImpactReport, { target: 'draft-7', io: 'output' });
  return `${JSON.stringify({ title: 'awo impact -o json', description: 'What a change touches, which tests can see it, and what it may break. Fields may be added; none is taken away.', ...schema }, null, 2)}\n`;
}

if (import.meta.main) await writeFile(IMPACT_SCHEMA_FILE, impactReportSchema());
