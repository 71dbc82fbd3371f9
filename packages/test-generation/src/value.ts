// A value of any of the languages as data: what is passed in, and what came back. Pure.
import { z } from 'zod';

/**
 * `as` is the name of its type where the language needs one: `tuple` or `Item` in Python, `[]Item` or `*Item` in Go.
 * `raw` is an expression of the language itself; `opaque` is something that can be told apart by its kind only.
 */
export type Value =
  | { t: 'null' | 'undefined' }
  | { t: 'bool'; v: boolean; as?: string }
  | { t: 'num'; v: number | 'NaN' | 'Infinity' | '-Infinity'; as?: string }
  | { t: 'big'; v: string }
  | { t: 'str'; v: string; as?: string }
  | { t: 'list'; v: Value[]; as?: string }
  | { t: 'obj'; v: [string, Value][]; as?: string }
  | { t: 'map'; v: [Value, Value][]; as?: string }
  | { t: 'date'; v: string }
  | { t: 'new'; as: string; v: Value[] }
  | { t: 'raw'; v: string }
  | { t: 'error'; as: string; v: string }
  | { t: 'opaque'; v: string };

const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
/** What a harness reports. */
export const Value: z.ZodType<Value> = z.lazy(() =>
  z.union([
    z.object({ t: z.enum(['null', 'undefined']) }),
    z.object({ t: z.literal('bool'), v: z.boolean(), as: z.string().optional() }),
    z.object({ t: z.literal('num'), v: number, as: z.string().optional() }),
    z.object({ t: z.literal('big'), v: z.string() }),
    z.object({ t: z.literal('str'), v: z.string(), as: z.string().optional() }),
    z.object({ t: z.literal('list'), v: z.array(Value), as: z.string().optional() }),
    z.object({ t: z.literal('obj'), v: z.array(z.tuple([z.string(), Value])), as: z.string().optional() }),
    z.object({ t: z.literal('map'), v: z.array(z.tuple([Value, Value])), as: z.string().optional() }),
    z.object({ t: z.literal('date'), v: z.string() }),
    z.object({ t: z.literal('new'), as: z.string(), v: z.array(Value) }),
    z.object({ t: z.literal('raw'), v: z.string() }),
    z.object({ t: z.literal('error'), as: z.string(), v: z.string() }),
    z.object({ t: z.literal('opaque'), v: z.string() }),
  ]),
);

export const num = (v: number, as?: string): Value => ({ t: 'num', v, ...(as === undefined ? {} : { as }) });
export const str = (v: string, as?: string): Value => ({ t: 'str', v, ...(as === undefined ? {} : { as }) });
export const bool = (v: boolean): Value => ({ t: 'bool', v });
export const list = (v: Value[], as?: string): Value => ({ t: 'list', v, ...(as === undefined ? {} : { as }) });
export const NULL: Value = { t: 'null' };

/** Equal for equal values, whatever the order of fields. */
export const keyOf = (value: Value | readonly Value[]): string =>
  JSON.stringify(value, (_key, one: unknown) => {
    if (typeof one !== 'object' || one === null || Reflect.get(one, 't') !== 'obj') return Object.is(one, -0) ? '-0' : one;
    const fields = Reflect.get(one, 'v') as [string, Value][];
    return { t: 'obj', as: Reflect.get(one, 'as'), v: fields.toSorted(([a], [b]) => (a < b ? -1 : 1)) };
  });

/** How much there is to read: what is shrunk gets smaller by this. */
export function sizeOf(value: Value): number {
  switch (value.t) {
    case 'list':
    case 'new':
      return 2 + value.v.reduce((sum, one) => sum + sizeOf(one), 0);
    case 'obj':
      return 2 + value.v.reduce((sum, [, one]) => sum + 1 + sizeOf(one), 0);
    case 'map':
      return 2 + value.v.reduce((sum, [key, one]) => sum + sizeOf(key) + sizeOf(one), 0);
    case 'str':
      return (value.v === '' ? 1.3 : 1) + value.v.length * 0.25 + (/^[a-z0-9 ]*$/i.test(value.v) ? 0 : 1);
    case 'num':
      return typeof value.v === 'number'
        ? 1 + (value.v < 0 ? 0.3 : 0) + (Number.isInteger(value.v) ? 0 : 0.5) + Math.min(2, Math.log10(1 + Math.abs(value.v)) / 5)
        : 3;
    case 'bool':
      return value.v ? 1.1 : 1;
    case 'null':
    case 'undefined':
      return 1;
    default:
      return 2;
  }
}
