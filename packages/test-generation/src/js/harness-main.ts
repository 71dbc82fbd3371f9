// Runs inside the sandbox: calls one function with each of the given arguments and reports how each call ended, on descriptor 3.
import { readFileSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { Value } from '../value.ts';

type Task = { module: string; path: string[]; receiver: boolean; cases: Value[][] };

const [file = '', from = '0'] = process.argv.slice(2);
const task: Task = JSON.parse(readFileSync(file, 'utf8'));
const MAX_OUTPUT = 4 * 1024 * 1024;
const KEPT = 4000;
const WAIT_MS = 1000;
const { setTimeout: later, clearTimeout: forget } = globalThis;
const exit = process.exit.bind(process);
const say = (line: object): void => {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(3, bytes, at);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
};

function decode(value: Value): unknown {
  switch (value.t) {
    case 'undefined':
      return undefined;
    case 'null':
      return null;
    case 'num':
      return Number(value.v);
    case 'big':
      return BigInt(value.v);
    case 'date':
      return new Date(value.v);
    case 'list':
      return value.as === 'Set' ? new Set(value.v.map(decode)) : value.v.map(decode);
    case 'obj':
      return Object.fromEntries(value.v.map(([name, one]) => [name, decode(one)]));
    case 'map':
      return new Map(value.v.map(([key, one]) => [decode(key), decode(one)]));
    case 'new':
      return Reflect.construct(exported([value.as]) as new () => object, value.v.map(decode));
    default:
      return value.v;
  }
}

let room = 0;
function encode(value: unknown, depth = 0, above: readonly object[] = []): Value {
  room -= 1;
  if (room < 0 || depth > 8) return { t: 'opaque', v: 'more' };
  const inner = (one: unknown): Value => encode(one, depth + 1, typeof value === 'object' && value !== null ? [...above, value] : above);
  if (value === undefined) return { t: 'undefined' };
  if (value === null) return { t: 'null' };
  if (typeof value === 'boolean') return { t: 'bool', v: value };
  if (typeof value === 'number') return { t: 'num', v: Number.isFinite(value) ? value : (String(value) as 'NaN') };
  if (typeof value === 'bigint') return { t: 'big', v: String(value) };
  if (typeof value === 'string') return { t: 'str', v: value.length > KEPT ? `${value.slice(0, KEPT)}... ${value.length} characters` : value };
  if (typeof value === 'function' || typeof value === 'symbol') return { t: 'opaque', v: `a ${typeof value}` };
  if (above.includes(value)) return { t: 'opaque', v: 'itself' };
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? { t: 'opaque', v: 'an invalid date' } : { t: 'date', v: value.toISOString() };
  if (Array.isArray(value)) return { t: 'list', v: value.slice(0, 500).map(inner) };
  if (value instanceof Set) return { t: 'list', v: [...value].map(inner), as: 'Set' };
  if (value instanceof Map) return { t: 'map', v: [...value].map(([key, one]) => [inner(key), inner(one)]) };
  if (value instanceof Error) return { t: 'error', as: value.name, v: value.message };
  if (value instanceof RegExp) return { t: 'raw', v: String(value) };
  if (ArrayBuffer.isView(value) && 'length' in value)
    return {
      t: 'list',
      v: Array.from(value as Uint8Array)
        .slice(0, 500)
        .map(inner),
      as: value.constructor.name,
    };
  if (Symbol.iterator in Object(value) && typeof Reflect.get(value, 'next') === 'function') {
    const taken: unknown[] = [];
    for (const one of value as Iterable<unknown>) if (taken.push(one) >= 100) break;
    return { t: 'list', v: taken.map(inner), as: 'Iterator' };
  }
  const named = Object.getPrototypeOf(value)?.constructor;
  const fields = Object.entries(value)
    .slice(0, 200)
    .map(([name, one]): [string, Value] => [name, inner(one)]);
  return { t: 'obj', v: fields, ...(typeof named === 'function' && named !== Object ? { as: named.name } : {}) };
}
const whole = (value: unknown): Value => {
  room = 3000;
  try {
    return encode(value);
  } catch {
    return { t: 'opaque', v: 'something that cannot be looked at' };
  }
};

let namespace: Record<string, unknown> = {};
function exported(path: readonly string[]): unknown {
  const [first = '', ...rest] = path;
  let at: unknown = namespace[first] ?? Reflect.get(Object(namespace['default']), first) ?? (first === 'default' ? namespace['module.exports'] : undefined);
  for (const name of rest) at = Reflect.get(Object(at), name);
  return at;
}

class Exited extends Error {
  readonly exitCode: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.exitCode = code;
  }
}
class TooMuch extends Error {}

let output = '';
let printed = 0;
const keep = (chunk: unknown): true => {
  const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8');
  printed += text.length;
  if (output.length < KEPT) output += text.slice(0, KEPT - output.length);
  if (printed > MAX_OUTPUT) throw new TooMuch();
  return true;
};

/** Errors of the language itself come from no `throw` of the code. */
function isAccident(error: unknown): boolean {
  if (!(error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError || error instanceof SyntaxError)) return false;
  return /is not (a function|iterable|defined|an object|a constructor)|Cannot (read|set|destructure|convert|mix|access|assign)|Invalid (array length|count value|string length|time value)|Maximum call stack|undefined or null|not a valid|toFixed\(\)|Unexpected (token|end)|is not valid JSON|BigInt|before initialization|Reduce of empty/.test(
    error.message,
  );
}

async function one(i: number, values: readonly Value[]): Promise<void> {
  output = '';
  printed = 0;
  say({ begin: i });
  let args: unknown[] = [];
  const ended = await (async () => {
    try {
      args = values.map(decode);
      // A method is found on the object: the class itself has none.
      const fn: unknown = task.receiver ? Reflect.get(Object(args[0]), task.path.at(-1) ?? '') : exported(task.path);
      if (typeof fn !== 'function') return { kind: 'threw', type: 'Missing', message: `${task.path.join('.')} is no function`, accident: true };
      const made = task.receiver ? args[0] : exported(task.path.slice(0, -1));
      const result: unknown = task.receiver
        ? Reflect.apply(Reflect.get(Object(made), task.path.at(-1) ?? '') as () => unknown, made, args.slice(1))
        : Reflect.apply(fn, made, args);
      if (!(result instanceof Promise)) return { kind: 'returned', value: whole(result) };
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<'late'>((resolve) => (timer = later(() => resolve('late'), WAIT_MS)));
      const settled: unknown = await Promise.race([result.then((value: unknown) => ({ value })), tooLong]);
      forget(timer);
      return settled === 'late'
        ? { kind: 'never-ends', afterMs: WAIT_MS }
        : { kind: 'returned', value: whole(Reflect.get(Object(settled), 'value')), later: true };
    } catch (error) {
      if (error instanceof Exited) return { kind: 'exited', code: error.exitCode };
      if (error instanceof TooMuch) return { kind: 'too-much-output', bytes: printed };
      if (error instanceof Error)
        return { kind: 'threw', type: error.constructor.name, message: String(error.message).slice(0, KEPT), accident: isAccident(error) };
      return { kind: 'threw', type: 'a value', message: inspect(error).slice(0, KEPT), accident: false };
    }
  })();
  say({ end: i, outcome: { ended, args: args.map(whole), output } });
}

// A method is called on the object that was made for it.
if (task.receiver && task.path.length < 2) throw new Error('A method needs a class.');
process.exit = ((code?: number) => {
  throw new Exited(code ?? 0);
}) as typeof process.exit;
process.stdout.write = keep;
process.stderr.write = keep;
// The console keeps its own hold of the streams where they are no terminal.
for (const name of ['log', 'info', 'debug', 'error', 'warn'] as const)
  console[name] = (...args: unknown[]) => void keep(`${args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg))).join(' ')}\n`);
process.on('uncaughtException', () => undefined);
process.on('unhandledRejection', () => undefined);
try {
  namespace = await import(pathToFileURL(task.module).href);
} catch (error) {
  // Past the streams above: without its words nobody could tell a missing package from a mistake in the code.
  writeSync(2, error instanceof Error ? `${error.name}: ${error.message}` : inspect(error));
  exit(1);
}
say({ loaded: true });
for (let i = Number(from); i < task.cases.length; i += 1) await one(i, task.cases[i] ?? []);
exit(0);
