// Asking toolgate: what its answers become, and what its silence does.
import { RetryableError, TerminalError, subjects } from '@awo/contracts';
import type { ToolReply } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { toolAdmin } from './admin.ts';
import { requestTool } from './call-tool.ts';

let nats: TestNats;
let toolgate: Bus;
let impact: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  [toolgate, impact] = await Promise.all([nats.as('toolgate'), nats.as('impact')]);
});
afterAll(() => nats.stop());

let stop = async () => {};
afterEach(() => stop());
/** A toolgate that gives these answers, one after the other. */
async function answers(...replies: (ToolReply | string)[]): Promise<string[]> {
  const heard: string[] = [];
  const sub = toolgate.nc.subscribe(subjects.allTools, {
    callback: (_error, msg) => {
      heard.push(msg.subject);
      for (const reply of replies) msg.respond(typeof reply === 'string' ? reply : JSON.stringify(reply));
    },
  });
  // Flushed, or the server still counts it when the next test asks.
  stop = async () => {
    sub.unsubscribe();
    await toolgate.nc.flush();
  };
  await toolgate.nc.flush();
  return heard;
}
const request = { goal: 'g0123456789', step: 'a', action: 'x', fence: 1, args: {} };
const ask = (options: Partial<Parameters<typeof requestTool>[3]> = {}) => requestTool(impact, 'vcs.reach', request, { timeoutMs: 20_000, ...options });

test('who asks and for what stands in the subject, so that the broker vouches for it', async () => {
  const heard = await answers({ kind: 'working' }, { kind: 'result', result: { n: 1 }, server: 'mcp-git', how: 'recorded' });
  expect(await ask()).toMatchObject({ result: { n: 1 }, server: 'mcp-git', how: 'recorded' });
  expect(heard).toEqual(['awo.tool.impact.vcs.reach']);
});

test('a final error is terminal, with code and hint', async () => {
  await answers({ kind: 'error', code: 'not-allowed', message: 'No.', hint: 'Ask.', retryAfterMs: null });
  const error = await ask().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TerminalError);
  expect(error).toMatchObject({ code: 'not-allowed', message: 'No.', hint: 'Ask.' });
});

test('an error that may pass is retryable, at its time', async () => {
  await answers({ kind: 'error', code: 'busy', message: 'Later.', retryAfterMs: 300 });
  const error = await ask().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(RetryableError);
  expect(error).toMatchObject({ code: 'busy', afterMs: 300 });
});

test('an answer that is none is a failure of toolgate and may be asked for again', async () => {
  await answers('what?');
  await expect(ask()).rejects.toMatchObject({ name: 'RetryableError', code: 'tool-failed' });
});

test('a toolgate that does not run is known at once', async () => {
  await expect(ask()).rejects.toMatchObject({ name: 'RetryableError', code: 'tool-unavailable', message: 'Toolgate is not running.' });
});

test('a toolgate that works but never ends is given up at the deadline', async () => {
  await answers({ kind: 'working' });
  await expect(ask({ timeoutMs: 300 })).rejects.toMatchObject({ name: 'RetryableError', code: 'deadline-passed' });
});

test('a toolgate that dies in the middle is taken for dead after ten seconds, so that the step can be tried again', async () => {
  await answers({ kind: 'working' });
  const began = Date.now();
  await expect(ask({ timeoutMs: 60_000 })).rejects.toMatchObject({ name: 'RetryableError', message: expect.stringMatching(/silent for 10 s/) });
  expect(Date.now() - began).toBeLessThan(12_000);
});

test.each([
  ['only the connection was lost', () => impact.nc.reconnect()],
  ['the bus has died', () => nats.crash()],
])('what was asked before %s is asked again as soon as the connection is back: the answer has no way any more', async (_title, lose) => {
  let respond: ((reply: object) => void) | undefined;
  const sub = toolgate.nc.subscribe(subjects.allTools, { callback: (_error, msg) => void (respond = (reply) => void msg.respond(JSON.stringify(reply))) });
  stop = async () => sub.unsubscribe();
  await toolgate.nc.flush();
  const asked = ask({ timeoutMs: 60_000 }).catch((error: unknown) => error);
  const say = await waitFor(() => respond, { what: 'the request to arrive' });
  await lose();
  const began = Date.now();
  say({ kind: 'result', result: { n: 2 }, server: 'mcp-git', how: 'ok' });
  expect(await asked).toMatchObject({ name: 'RetryableError', code: 'tool-unavailable', message: expect.stringMatching(/connection to the bus was lost/) });
  expect(Date.now() - began).toBeLessThan(5000);
  await waitFor(() => toolgate.nc.flush().then(() => true), { what: 'toolgate to be back as well' });
});

test('a caller that stops does not wait for the answer', async () => {
  await answers({ kind: 'working' });
  const stopping = new AbortController();
  const asked = ask({ signal: stopping.signal, timeoutMs: 60_000 });
  stopping.abort();
  await expect(asked).rejects.toMatchObject({ name: 'RetryableError', afterMs: 0 });
  await expect(ask({ signal: stopping.signal })).rejects.toMatchObject({ name: 'RetryableError' });
});

test('administration that is refused says why', async () => {
  const operator = await nats.as('operator');
  const sub = toolgate.nc.subscribe('awo.toolgate.*', {
    callback: (_error, msg) => void msg.respond(JSON.stringify({ ok: false, code: 'bad-arguments', message: 'No server "x" is attached.', hint: 'None is.' })),
  });
  await toolgate.nc.flush();
  await expect(toolAdmin(operator, 'pin', { name: 'x' })).rejects.toMatchObject({ code: 'bad-arguments', hint: 'None is.' });
  sub.unsubscribe();
});
