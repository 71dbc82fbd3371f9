// Waits until a started process answers, or says why it never will.
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const WITHIN_MS = 60_000;
const ONE_ANSWER_MS = 2000;
const IN_A_ROW = 2;

export type Health = { kind: 'healthy' } | { kind: 'ended' } | { kind: 'cancelled' } | { kind: 'unhealthy'; last: string };

/** A path of `/` is a guess: any answer below 500 will do. */
const isGood = (path: string, status: number): boolean => (path === '/' ? status < 500 : status >= 200 && status < 400);

/** Status of one answer, or why there was none. */
function look(port: number, path: string): Promise<number | string> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path, agent: false, timeout: ONE_ANSWER_MS, headers: { 'user-agent': 'awo-health' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${ONE_ANSWER_MS} ms`)));
    call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    call.end();
  });
}

/** Healthy: good answers twice in a row within 60 s, while the process lives. */
export async function waitHealthy(port: number, path: string, lives: () => boolean, signal: AbortSignal, withinMs = WITHIN_MS): Promise<Health> {
  const until = Date.now() + withinMs;
  let good = 0;
  let last = 'nothing';
  for (let pause = 25; Date.now() < until; pause = Math.min(500, pause * 1.3)) {
    if (signal.aborted) return { kind: 'cancelled' };
    if (!lives()) return { kind: 'ended' };
    const answer = await look(port, path);
    good = typeof answer === 'number' && isGood(path, answer) ? good + 1 : 0;
    if (good >= IN_A_ROW) return lives() ? { kind: 'healthy' } : { kind: 'ended' };
    last = typeof answer === 'number' ? `GET ${path} answered ${answer}` : `GET ${path}: ${answer}`;
    await delay(good > 0 ? 10 : pause);
  }
  return { kind: 'unhealthy', last };
}
