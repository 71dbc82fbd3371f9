// Writes docs/asyncapi.json from the schemas: node test/docs/asyncapi/main.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { asyncapiDocument } from './document.ts';

const root = new URL('../../../', import.meta.url);
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')));
writeFileSync(new URL('docs/asyncapi.json', root), `${JSON.stringify(asyncapiDocument(version), null, 2)}\n`);
