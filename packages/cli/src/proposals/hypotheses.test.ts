// A model that reads the logs of an incident: what it says of them stands beside the ranking, if every check passes, and never moves it.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose, readEvidence } from '@awo/root-cause';
import type { RootCauses } from '@awo/contracts';
import { HYPOTHESIS_LIES, tellsTruth, temporaryFolder } from '@awo/testing';
import type { Truth } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askedModel } from '../testing/asked-model.ts';
import { readByModel } from './hypotheses.ts';

const folder = temporaryFolder('incident');
const row = (t: number, entity: string, level: string, message: string) => JSON.stringify({ t, entity, level, message });
const LOGS = [
  row(99, 'web', 'info', 'of nobody in particular'),
  ...Array.from({ length: 20 }, (_, i) => row(100 + i, 'cart', 'info', `request ${i} served`)),
  ...Array.from({ length: 5 }, (_, i) => row(1000 + i, 'cart', 'error', `connect ECONNREFUSED stock:5432, attempt ${i}`)),
  ...Array.from({ length: 5 }, (_, i) => row(1000 + i, 'web', 'error', `cart answered 502 to request ${i}`)),
];
/** As it is numbered for the model. */
const REFUSED = LOGS.findIndex((line) => line.includes('ECONNREFUSED')) + 1;

const model = askedModel();
let result: RootCauses;
beforeAll(async () => {
  const files = {
    'incident.json': JSON.stringify({ at: 1000, entity: 'web', symptom: 'errors', window: [950, 1100], baseline: [0, 900] }),
    'topology.json': JSON.stringify({
      nodes: ['web', 'cart', 'stock'].map((id) => ({ id, kind: 'service' })),
      edges: [
        { from: 'web', to: 'cart', kind: 'calls' },
        { from: 'cart', to: 'stock', kind: 'calls' },
      ],
    }),
    'logs.jsonl': LOGS.join('\n'),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text);
  result = diagnose(await readEvidence(folder.path));
});
afterAll(() => folder.remove());

const ask = (env: Record<string, string> = {}) => readByModel(model.context(env), folder.path, result);
/** As the question names them: by the beginning of their digest. */
const logs = () => LOGS.map((line) => JSON.parse(line) as { entity: string; message: string }).map(({ entity, message }) => `[${entity}] ${message}`);
const digest = () => `sha256:${createHash('sha256').update(logs().join('\n')).digest('hex')}`;
const truth = (): Truth => ({ entity: 'cart', cause: causeOf('cart'), evidence: digest().slice(0, 19), line: REFUSED, quote: 'ECONNREFUSED stock:5432' });

test('what it reads is told with the evidence that says so, by digest, and the rank that the evidence alone gave', async () => {
  model.says(tellsTruth(truth()));
  expect(await ask()).toEqual({
    model: 'scripted',
    used: true,
    hypotheses: [
      {
        entity: 'cart',
        cause: causeOf('cart'),
        rank: expect.any(Number),
        cites: [{ evidence: digest(), line: REFUSED, quote: 'ECONNREFUSED stock:5432' }],
      },
    ],
  });
});

test.each(HYPOTHESIS_LIES)('%s: it is of no help, with the reason, and the ranking is as it was', async (_what, lie, because) => {
  model.says(lie(truth()));
  const before = structuredClone(result);
  expect(await ask()).toEqual({ model: 'scripted', used: false, because: expect.stringMatching(because) });
  expect(result).toEqual(before);
});

test('without a model nobody is asked', async () => {
  expect(await ask({ AWO_MODEL: '' })).toBeUndefined();
});

function causeOf(entity: string): string {
  const found = result.hypotheses.find((h) => h.entity === entity);
  if (!found) throw new Error(`nothing is ranked on ${entity}: ${result.hypotheses.map((h) => h.entity).join(', ')}`);
  return found.cause;
}
