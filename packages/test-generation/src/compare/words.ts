// Values and ends of calls in plain words. Pure.
import type { Callable } from '../callable.ts';
import type { Value } from '../value.ts';
import type { Ended } from './outcome.ts';

const MAX = 80;
const cut = (text: string): string => (text.length > MAX ? `${text.slice(0, MAX - 3)}...` : text);

/** As it is written where nothing can be mistaken, whatever the language. */
export function wordsOf(value: Value, language: 'js' | 'python' | 'go' = 'js'): string {
  return cut(plain(value, language));
}

function plain(value: Value, language: string): string {
  const inner = (one: Value): string => plain(one, language);
  const nothing = language === 'python' ? 'None' : language === 'go' ? 'nil' : 'null';
  switch (value.t) {
    case 'null':
      return nothing;
    case 'undefined':
      return language === 'js' ? 'undefined' : 'nothing';
    case 'bool':
      return language === 'python' ? (value.v ? 'True' : 'False') : String(value.v);
    case 'num':
      return value.as === 'float' && typeof value.v === 'number' && Number.isInteger(value.v) ? `${value.v}.0` : String(value.v);
    case 'big':
      return value.v;
    case 'str':
      return JSON.stringify(value.v);
    case 'list':
      if (nilList(value)) return 'nil';
      if (value.as === 'results') return value.v.map(inner).join(', ');
      return value.as === 'tuple' && language === 'python' ? `(${value.v.map(inner).join(', ')})` : `[${value.v.map(inner).join(', ')}]`;
    case 'obj':
      return `${value.as && value.as !== 'SimpleNamespace' ? value.as : ''}{${value.v.map(([name, one]) => `${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)}: ${inner(one)}`).join(', ')}}`;
    case 'map':
      return nilList(value) ? 'nil' : `{${value.v.map(([key, one]) => `${inner(key)}: ${inner(one)}`).join(', ')}}`;
    case 'date':
      return value.v;
    case 'new':
      return `${value.as}(${value.v.map(inner).join(', ')})`;
    case 'error':
      return `the error ${JSON.stringify(value.v)}`;
    default:
      return value.v;
  }
}

const nilList = (value: { as?: string }): boolean => value.as?.startsWith('nil ') ?? false;

/** `returns null`, `throws TypeError: ...`, `never ends`. */
export function doesNow(ended: Ended, language: 'js' | 'python' | 'go'): string {
  switch (ended.kind) {
    case 'returned':
      return `returns ${ended.later ? 'a promise of ' : ''}${wordsOf(ended.value, language)}`;
    case 'threw':
      return `${language === 'js' ? 'throws' : language === 'go' ? 'panics with' : 'raises'} ${cut(`${ended.type}${ended.message === '' ? '' : `: ${ended.message}`}`)}`;
    case 'exited':
      return `ends the process with ${ended.code}`;
    case 'never-ends':
      return `does not end within ${ended.afterMs} ms`;
    case 'too-much-output':
      return `prints more than ${Math.round(ended.bytes / 1024 / 1024)} MB`;
    case 'crashed':
      return `ends the process (${cut(ended.why)})`;
  }
}

export const didBefore = (ended: Ended, language: 'js' | 'python' | 'go'): string =>
  doesNow(ended, language)
    .replace(/^returns/, 'returned')
    .replace(/^throws/, 'threw')
    .replace(/^raises/, 'raised')
    .replace(/^panics/, 'panicked')
    .replace(/^ends/, 'ended')
    .replace(/^does not/, 'did not')
    .replace(/^prints/, 'printed');

/** `empty items`, `no coupon`, `price -1`: what is special about a call, by the names of its parameters. */
export function describeInput(callable: Callable, args: readonly Value[], language: 'js' | 'python' | 'go'): string {
  const own = callable.receiver ? args.slice(1) : args;
  const parts = own.map((value, i) => {
    const name = callable.parameters[Math.min(i, callable.parameters.length - 1)]?.name ?? `argument ${i + 1}`;
    const empty = /[^s]s$/.test(name) ? `empty ${name}` : `an empty ${name}`;
    if (value.t === 'null' || value.t === 'undefined') return `no ${name}`;
    if ((value.t === 'list' || value.t === 'obj' || value.t === 'map') && value.v.length === 0) return empty;
    if (value.t === 'str' && value.v === '') return empty;
    // `{ items: [] }` is what people call an empty cart.
    if (value.t === 'obj' && value.v.every(([, one]) => one.t === 'list' && one.v.length === 0)) return empty;
    return `${name} ${wordsOf(value, language)}`;
  });
  const on = callable.receiver && args[0] ? ` on ${wordsOf(args[0], language)}` : '';
  return `${parts.length === 0 ? (on === '' ? 'no arguments' : '') : parts.join(', ')}${on}`.trim();
}
