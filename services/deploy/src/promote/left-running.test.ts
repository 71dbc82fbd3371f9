// A promotion stops what an earlier release has left running, and comes to no harm by it.
import type { StepHandler, StepResult } from '@awo/agent';
import { TerminalError } from '@awo/contracts';
import { expect, test } from 'vitest';
import { deploy } from '../agent.ts';
import { changeOf, contextFor, environmentWith, NEW, OLD, serviceWith, type Fake } from '../testing/environment.ts';

async function promote(fake: Fake): Promise<StepResult> {
  const context = contextFor(fake, { kind: 'promote', input: { environment: 'production', change: changeOf('cart') } });
  const handler = deploy(() => Promise.resolve([])).steps.promote as StepHandler;
  const facts = await handler.gather(context);
  return handler.act(context, handler.decide(JSON.parse(JSON.stringify(facts)) as unknown), facts);
}

const [HELD, BEFORE] = ['c'.repeat(40), 'd'.repeat(40)];
const withHeld = (): Fake =>
  environmentWith([
    serviceWith(
      'cart',
      [{ weight: 60 }, { revision: NEW, weight: 40 }, { revision: HELD }, { revision: BEFORE }, { revision: 'e'.repeat(40), state: 'stopped' }],
      BEFORE,
    ),
  ]);

test('a promotion stops what a release that was held has left running, and not the way back; a kill before it is made good', async () => {
  const fake = withHeld();
  fake.failAt = { effect: 'stop cart ccccccc', error: new Error('killed') };
  await expect(promote(fake)).rejects.toThrow('killed');
  expect(await promote(fake)).toMatchObject({ kind: 'passed' });
  await promote(fake);
  expect(fake.effects).toEqual(['weights cart b=100', `stop cart ${OLD.slice(0, 7)}`, 'stop cart ccccccc']);
});

test('a service stays promoted where what was left running cannot be stopped: that harms nobody', async () => {
  const fake = withHeld();
  fake.failAt = { effect: 'stop cart ccccccc', error: new TerminalError('tool-failed', 'It does not end.') };
  expect(await promote(fake)).toMatchObject({
    kind: 'passed',
    output: { stopped: OLD, left: [{ revision: HELD, because: 'It does not end.' }] },
  });
});
