// What a replica measures, as its endpoint shows it: hand-overs once, redeliveries, newer versions and poison each as their own.
import { COMMIT_VERSION, RetryableError } from '@awo/contracts';
import { consumeWork } from '@awo/bus';
import { createLogger, startTelemetry } from '@awo/telemetry';
import type { Telemetry } from '@awo/telemetry';
import { waitFor } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { knowSeries, measured } from './measures.ts';
import { takeUpCommit } from './take-up.ts';
import { setStage, step } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

let stage: Stage;
let telemetry: Telemetry;
const log = createLogger('impact', 'impact-1', 'silent');
beforeAll(async () => {
  stage = await setStage();
  telemetry = await startTelemetry({ service: 'impact', instance: 'impact-1', env: { AWO_HTTP_PORT: '0' }, log });
});
afterAll(async () => {
  await telemetry.shutdown();
  await stage.stop();
});
const valueOf = async (name: string) => {
  const text = await (await fetch(`http://${telemetry.address}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{awo_role="impact"\\} (\\S+)$`, 'm').exec(text)?.[1]);
};

test('the first delivery is a hand-over, a later one is not; what cannot be read is told apart', async () => {
  knowSeries('impact');
  expect(await valueOf('awo_redeliveries_total')).toBe(0);
  const stopping = new AbortController();
  let tries = 0;
  const options = stage.options(
    () => {
      if (tries++ === 0) throw new RetryableError('tool-unavailable', 'Away.', 20);
      return { kind: 'passed', output: {} };
    },
    { patience: { deliveries: 30, backOffMs: [20] } },
  );
  const work = consumeWork(stage.impact, {
    stream: 'GOALS',
    consumer: 'impact',
    concurrency: 1,
    handle: (m) => measured(m, 'impact', 'handover', () => takeUpCommit(m, options)),
    signal: stopping.signal,
    log,
  });
  const goal = await stage.open([step('a')]);
  await stage.until(goal, 'a', 'passed');
  await waitFor(async () => (await valueOf('awo_step_duration_count')) === 2, { what: 'both looks to be timed' });
  expect(await valueOf('awo_redeliveries_total')).toBe(1);
  expect(await valueOf('awo_handover_duration_count')).toBe(1);

  await stage.planner.js.publish(`awo.log.${goal}.planner.impact`, 'not JSON');
  await waitFor(async () => (await valueOf('awo_commit_poison_total')) === 1, { what: 'the poison to be counted' });
  await stage.planner.js.publish(`awo.log.${goal}.planner.impact`, JSON.stringify({ v: COMMIT_VERSION + 1 }));
  await waitFor(async () => (await valueOf('awo_commit_deferred_total')) > 1, { what: 'the newer commit to be left again and again' });
  stopping.abort();
  await work;
});
