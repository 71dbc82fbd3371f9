// Writes docs/awo.schema.json from the schema of awo.yaml, for editors: node packages/repository/src/schema.ts
import { writeFile } from 'node:fs/promises';
import { AwoYaml } from '@awo/contracts';
import { z } from 'zod';

/** Where the published file lies. */
export const SCHEMA_FILE = new URL('../../../docs/awo.schema.json', import.meta.url);

/** The JSON Schema as text. */
export function awoYamlSchema(): string {
  const schema = z.toJSONSchema(AwoYaml, { target: 'draft-7', io: 'input' });
  return `${JSON.stringify({ title: 'awo.yaml', description: 'All of it is optional: what is left out is inferred from the repository.', ...schema }, null, 2)}\n`;
}

if (import.meta.main) await writeFile(SCHEMA_FILE, awoYamlSchema());
