// Many calls in one process: who hangs, exits or crashes costs its own call, and the next ones go on in a new process.
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { z } from 'zod';
import { Outcome } from '../compare/outcome.ts';
import type { Ended } from '../compare/outcome.ts';
import { endGroup, startConfined } from './sandbox.ts';
import type { Confined } from './sandbox.ts';

/** A harness reports a line when it is loaded, and one before and after each call. */
const Line = z.union([z.object({ loaded: z.literal(true) }), z.object({ begin: z.number() }), z.object({ end: z.number(), outcome: Outcome })]);

export type Batch = {
  /** Given the number of the first call. */
  start: (from: number) => Confined;
  count: number;
  /** For one call, milliseconds. */
  callMs: number;
  /** Until the code is loaded, milliseconds. */
  loadMs: number;
};
/** Null: not run, since too many before it did not end. `failed`: the code could not be loaded at all. */
export type BatchResult = { outcomes: (Outcome | null)[]; failed: string | null };

/** More calls than this that end a process are not waited for. */
const MAX_ENDED = 4;
const MAX_OUTPUT = 8 * 1024 * 1024;

export async function runBatch({ start, count, callMs, loadMs }: Batch): Promise<BatchResult> {
  const outcomes: (Outcome | null)[] = Array.from({ length: count }, () => null);
  for (let from = 0, ended = 0; from < count && ended < MAX_ENDED; ended += 1) {
    const { last, how, loaded } = await runFrom(start(from), outcomes, callMs, loadMs);
    if (!loaded) return { outcomes, failed: how?.text ?? 'it ended before it was loaded' };
    if (last === null || how === null) break;
    outcomes[last] = { ended: how.ended, args: [], output: '' };
    from = last + 1;
  }
  return { outcomes, failed: null };
}

/** One after the other: two that run at once would take each other's time. */
export async function inTurn<A, B>(all: readonly A[], work: (one: A) => Promise<B>): Promise<B[]> {
  const done: B[] = [];
  for (const one of all) done.push(await work(one));
  return done;
}

type Stop = { ended: Ended; text: string };

async function runFrom(
  spec: Confined,
  outcomes: (Outcome | null)[],
  callMs: number,
  loadMs: number,
): Promise<{ last: number | null; how: Stop | null; loaded: boolean }> {
  const child = startConfined(spec);
  let printed = 0;
  let tail = '';
  let stopped: Stop | null = null;
  let running: number | null = null;
  let loaded = false;
  const stop = (ended: Ended, text: string): void => {
    stopped ??= { ended, text };
    endGroup(child);
  };
  let limit = setTimeout(() => stop({ kind: 'never-ends', afterMs: loadMs }, `loading it took more than ${loadMs} ms`), loadMs);
  const count = (chunk: Buffer): void => {
    printed += chunk.length;
    tail = (tail + chunk.toString('utf8')).slice(-1500);
    if (printed > MAX_OUTPUT) stop({ kind: 'too-much-output', bytes: printed }, `it printed more than ${MAX_OUTPUT} bytes`);
  };
  child.stdout?.on('data', count);
  child.stderr?.on('data', count);
  const lines = createInterface({ input: child.report });
  lines.on('line', (text) => {
    const line = Line.safeParse(parse(text));
    if (!line.success) return;
    if ('end' in line.data) {
      if (line.data.end < outcomes.length) outcomes[line.data.end] = line.data.outcome;
      running = null;
    } else if ('begin' in line.data) running = line.data.begin;
    else loaded = true;
    clearTimeout(limit);
    limit = setTimeout(() => stop({ kind: 'never-ends', afterMs: callMs }, `a call took more than ${callMs} ms`), callMs);
  });
  const read = once(lines, 'close');
  const { code, why } = await new Promise<{ code: number | null; why: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, why: error.message }));
    child.once('close', (exit, signal) => resolve({ code: exit, why: signal === null ? `exit code ${exit}` : `signal ${signal}` }));
  });
  clearTimeout(limit);
  endGroup(child);
  if (loaded) await read;
  // Read again: the callbacks above have written it, which the compiler cannot see.
  const at = running as number | null;
  const how = (stopped as Stop | null) ?? (at === null && loaded ? null : { ended: endOf(code, why), text: tail.trim() || why });
  return { last: at, how, loaded };
}

/** Codes above 128 are signals: out of memory, a crash of the runtime. */
const endOf = (code: number | null, why: string): Ended => (code !== null && code < 128 ? { kind: 'exited', code } : { kind: 'crashed', why });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
