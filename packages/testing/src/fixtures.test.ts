// The fixtures are tried themselves: a fixture that lies makes every test that uses it lie.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fixedClock, makeRepo, spanReceiver, startTestNats, waitFor } from './index.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

test('a repository is real git, and its commits hold what was given', () => {
  const repo = makeRepo({ 'a.txt': 'one\n', 'run.sh': '#!/bin/sh\n' });
  cleanUp.push(repo.remove);
  const second = repo.commitFiles({ 'a.txt': null, 'deep/b.txt': 'two\n' }, 'Second');
  expect(repo.git('log', '--format=%s')).toBe('Second\nFirst');
  expect(repo.git('rev-parse', 'HEAD^')).toBe(repo.head);
  expect(repo.git('ls-tree', '-r', second)).toMatch(/^100644 blob \w+\tdeep\/b.txt\n100755 blob \w+\trun.sh$/);
  expect(readFileSync(join(repo.path, 'deep/b.txt'), 'utf8')).toBe('two\n');
});

test('a test server has the streams of bus.yaml, and what it confirmed survives kill -9', async () => {
  const nats = await startTestNats();
  cleanUp.push(nats.stop);
  const publisher = await nats.as('publisher');
  publisher.nc.publish('awo.goals.release', 'kept');
  await publisher.nc.flush();
  const provisioner = await nats.as('provisioner');
  const messages = async () => (await provisioner.jsm.streams.info('INBOX')).state.messages;
  await waitFor(async () => (await messages()) === 1, { what: 'the goal to be in the INBOX' });
  await nats.crash();
  await waitFor(async () => (await messages()) === 1, { what: 'the goal to be there after the crash' });
});

test('the span receiver understands OTLP as JSON', async () => {
  const receiver = await spanReceiver();
  cleanUp.push(receiver.stop);
  const span = {
    traceId: 't1',
    spanId: 's1',
    name: 'decide',
    startTimeUnixNano: '1000000',
    endTimeUnixNano: '3000000',
    attributes: [{ key: 'awo.n', value: { intValue: '4' } }],
  };
  const body = JSON.stringify({
    resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'impact' } }] }, scopeSpans: [{ spans: [span] }] }],
  });
  const response = await fetch(`${receiver.endpoint}/v1/traces`, { method: 'POST', body });
  expect(response.status).toBe(200);
  expect(receiver.trace('t1')).toMatchObject([{ service: 'impact', name: 'decide', parentSpanId: '', startMs: 1, endMs: 3, attributes: { 'awo.n': 4 } }]);
});

test('a wait that ends in vain says what it waited for and what it saw', async () => {
  const looking = () => {
    throw new Error('not there');
  };
  await expect(waitFor(looking, { what: 'a ship', timeoutMs: 20 })).rejects.toThrow('Waited 20 ms for a ship; last: not there');
  const clock = fixedClock();
  clock.advance(1500);
  expect(clock.now().toISOString()).toBe('2026-01-01T00:00:01.500Z');
});
