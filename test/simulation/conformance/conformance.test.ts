// The model of the broker against a real nats-server: what the one is seen to do, the other is seen to do. Without this the model could drift.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onModel } from './on-model.ts';
import { realServer } from './on-server.ts';
import type { RealServer } from './on-server.ts';
import { SCENARIOS } from './scenarios.ts';

let server: RealServer;
beforeAll(async () => {
  server = await realServer();
});
afterAll(() => server?.stop());

test.each(Object.entries(SCENARIOS))('%s', { timeout: 60_000 }, async (_name, scenario) => {
  const real = await server.run(scenario);
  expect(real.length).toBeGreaterThan(0);
  expect(await onModel(scenario)).toEqual(real);
});
