// API objects as plain trees with reading and writing by path. Pure.

export type Obj = { [key: string]: unknown };
type Path = string | readonly string[];

const keysOf = (path: Path): readonly string[] => (typeof path === 'string' ? path.split('.') : path);
const isOpen = (value: unknown): value is Obj => typeof value === 'object' && value !== null;

export function get(from: unknown, path: Path): unknown {
  let here: unknown = from;
  for (const key of keysOf(path)) here = isOpen(here) ? here[key] : undefined;
  return here;
}
export const text = (from: unknown, path: Path): string => {
  const found = get(from, path);
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : '';
};
export const objAt = (from: unknown, path: Path): Obj => {
  const found = get(from, path);
  return isOpen(found) ? found : {};
};
export const listAt = (from: unknown, path: Path): Obj[] => {
  const found = get(from, path);
  return Array.isArray(found) ? found.filter(isOpen) : [];
};

/** Writes a value and makes what is missing on the way. `undefined` removes. */
export function set(into: Obj, path: Path, value: unknown): void {
  const keys = keysOf(path);
  const last = keys.at(-1) ?? '';
  let here = into;
  for (const key of keys.slice(0, -1)) {
    if (!isOpen(here[key])) here[key] = {};
    const inner = here[key];
    if (isOpen(inner)) here = inner;
  }
  if (value === undefined) delete here[last];
  else here[last] = value;
}
export function add(into: Obj, path: Path, value: unknown): void {
  const before = get(into, path);
  set(into, path, [...(Array.isArray(before) ? before : []), value]);
}
