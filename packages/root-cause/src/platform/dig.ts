// Reading values of unknown shape: a path, a text, a number, a list; never throws. Pure.

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
export const fields = (value: unknown): Fields => (isFields(value) ? value : {});
export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const objects = (value: unknown): Fields[] => items(value).filter(isFields);
export const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** Value at a path of keys, such as dig(pod, 'spec', 'template'). */
export function dig(value: unknown, ...path: string[]): unknown {
  let here: unknown = value;
  for (const key of path) here = isFields(here) ? here[key] : undefined;
  return here;
}

export const list = (value: unknown, ...path: string[]): Fields[] => objects(dig(value, ...path));
export const word = (value: unknown, ...path: string[]): string => text(dig(value, ...path));
export function count(value: unknown, ...path: string[]): number | null {
  const found = dig(value, ...path);
  const parsed = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : null;
}
/** A map of texts, such as labels; everything else is left out. */
export const words = (value: unknown, ...path: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(fields(dig(value, ...path))).flatMap(([key, one]) => (isFields(one) || Array.isArray(one) ? [] : [[key, text(one)]])));

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};
/** "500m" is 0.5, "1Gi" 1073741824; null for what is no quantity. */
export function quantityOf(value: unknown): number | null {
  const match = /^([+-]?\d+(?:\.\d+)?(?:e\d+)?)([numkMGTP]?i?)$/.exec(text(value).trim());
  const unit = UNITS[match?.[2] ?? ''];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}
