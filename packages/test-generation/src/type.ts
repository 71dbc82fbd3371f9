// What a parameter may be, as far as the source, a schema or its use says. Pure.
import type { Value } from './value.ts';

type Field = { name: string; type: Type; optional: boolean };
export type Type =
  | { k: 'any' }
  | { k: 'const'; v: Value }
  | { k: 'bool'; as?: string }
  | { k: 'num'; int?: boolean; min?: number; max?: number; as?: string }
  | { k: 'big' }
  | { k: 'str'; format?: string; as?: string }
  | { k: 'list'; of: Type; as?: string }
  | { k: 'tuple'; of: Type[]; as?: string }
  | { k: 'obj'; fields: Field[]; as?: string }
  | { k: 'record'; of: Type }
  | { k: 'map'; key: Type; of: Type; as?: string }
  | { k: 'union'; of: Type[] }
  | { k: 'date' }
  | { k: 'new'; as: string; of: Type[] }
  | { k: 'unsupported'; why: string };

export const constant = (v: Value): Type => ({ k: 'const', v });

/** Flat and without repetition; one that is left is itself. */
export function union(of: readonly Type[]): Type {
  const flat = new Map<string, Type>();
  for (const one of of) for (const type of one.k === 'union' ? one.of : [one]) flat.set(JSON.stringify(type), type);
  const [first, ...rest] = flat.values();
  return first === undefined ? { k: 'any' } : rest.length === 0 ? first : { k: 'union', of: [...flat.values()] };
}

/** Why no value of this can be made, or null. A part that may be missing stops nothing. */
export function unsupportedIn(type: Type): string | null {
  switch (type.k) {
    case 'unsupported':
      return type.why;
    case 'list':
      return null;
    case 'record':
    case 'map':
      return unsupportedIn(type.of);
    case 'tuple':
    case 'new':
      return first(type.of);
    case 'union':
      return type.of.some((one) => unsupportedIn(one) === null) ? null : first(type.of);
    case 'obj':
      return first(type.fields.filter((field) => !field.optional).map((field) => field.type));
    default:
      return null;
  }
}

const first = (types: readonly Type[]): string | null => types.map(unsupportedIn).find((why) => why !== null) ?? null;
