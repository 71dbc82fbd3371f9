// Talks to an edge's control, and starts the edge where none lives.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EdgeControl, EdgeReport, RetryableError } from '@awo/contracts';
import { readDurable } from './durable-file.ts';
import { Listening, type Routes } from './edge/routes.ts';
import { isAlive } from './process-identity.ts';
import { EdgeSpans } from './traces/span.ts';

const STARTS_WITHIN_MS = 10_000;
const ANSWERS_WITHIN_MS = 3000;

const readControl = (dir: string): EdgeControl | null => readDurable(`${dir}/edge.json`, EdgeControl);

/** The living edge's control, or null. */
export function livingEdge(dir: string): EdgeControl | null {
  const control = readControl(dir);
  return control !== null && isAlive(control.pid, control.mark) ? control : null;
}

/** Throws RetryableError `tool-unavailable` where the edge does not answer. */
export function ask(control: EdgeControl, method: 'GET' | 'PUT', path: string, body?: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const unavailable = (why: string) =>
      reject(new RetryableError('tool-unavailable', `The edge (process ${control.pid}) did not answer ${method} ${path}: ${why}.`, 500));
    const where = control.socket === null ? { host: '127.0.0.1', port: control.port } : { socketPath: control.socket };
    const call = request(
      { ...where, method, path, agent: false, timeout: ANSWERS_WITHIN_MS, headers: { authorization: `Bearer ${control.token}` } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('error', (error) => unavailable(error.message));
        answer.on('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : unavailable(`${answer.statusCode} ${text}`)));
      },
    );
    call.on('timeout', () => call.destroy(new Error(`nothing within ${ANSWERS_WITHIN_MS} ms`)));
    call.on('error', (error) => unavailable(error.message));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export const putRoutes = async (control: EdgeControl, routes: Routes): Promise<Listening> => Listening.parse(await ask(control, 'PUT', '/routes', routes));
export const getCounters = async (control: EdgeControl): Promise<EdgeReport> => EdgeReport.parse(await ask(control, 'GET', '/counters'));

/** `after`: `last` of the answer before; 0 at first. */
export const getSpans = async (control: EdgeControl, after: number): Promise<EdgeSpans> => EdgeSpans.parse(await ask(control, 'GET', `/spans?after=${after}`));

/** The edge of the folder, started as a process of its own where none lives. `ended` is told when a started one ends. */
export async function ensureEdge(dir: string, ended: () => void): Promise<EdgeControl> {
  const until = Date.now() + STARTS_WITHIN_MS;
  let started = false;
  for (;;) {
    const control = livingEdge(dir);
    if (control === null && !started) {
      started = true;
      startEdge(dir, () => {
        // The one before may still have been on its way out: then this one made room for it.
        started = false;
        ended();
      });
    }
    if (
      control !== null &&
      (await ask(control, 'GET', '/health').then(
        () => true,
        () => false,
      ))
    )
      return control;
    if (Date.now() > until)
      throw new RetryableError('tool-unavailable', `The edge of ${dir} did not start within ${STARTS_WITHIN_MS / 1000} s. See ${dir}/edge.log.`, 1000);
    await delay(20);
  }
}

function startEdge(dir: string, ended: () => void): void {
  const log = openSync(`${dir}/edge.log`, 'a', 0o600);
  const main = fileURLToPath(new URL('edge/main.ts', import.meta.url));
  // A session of its own, and nothing inherited that could end with somebody else.
  const child = spawn(process.execPath, [main, dir], { cwd: dirname(main), detached: true, stdio: ['ignore', log, log], env: {} });
  closeSync(log);
  child.once('exit', ended);
  child.once('error', ended);
  child.unref();
}

/** Ends the edge of the folder: no new connections, the last requests for at most three seconds. */
export async function endEdge(dir: string): Promise<void> {
  const control = livingEdge(dir);
  if (control === null) return;
  process.kill(control.pid, 'SIGTERM');
  const until = Date.now() + 5000;
  while (isAlive(control.pid, control.mark)) {
    if (Date.now() > until) process.kill(control.pid, 'SIGKILL');
    await delay(20);
  }
}
