// Which functions a change touches: those that say something else now, and those that use what does. Pure.
import type { Callable, Module } from '../callable.ts';

export type Touched = { before: Callable | null; after: Callable; because: string };

/** Functions of the new module that can be reached from outside; `gone` are those of the old one that cannot be called any more. */
export function touchedBy(before: Module | null, after: Module): { touched: Touched[]; gone: Callable[] } {
  const old = new Map(before?.callables.map((one) => [one.path.join('.'), one]) ?? []);
  const changed = new Set<string>();
  for (const name of new Set([...(before?.statements.keys() ?? []), ...after.statements.keys()]))
    if (before?.statements.get(name)?.print !== after.statements.get(name)?.print) changed.add(name);
  const direct = new Set(changed);
  // What uses a changed name changes with it.
  for (let grown = true; grown;) {
    grown = false;
    for (const [name, { refs }] of after.statements)
      if (!changed.has(name) && [...refs].some((ref) => ref !== name && changed.has(ref))) {
        changed.add(name);
        grown = true;
      }
  }
  const touched = after.callables.flatMap((callable): Touched[] => {
    const then = old.get(callable.path.join('.')) ?? null;
    if (!then) return [{ before: null, after: callable, because: 'is new' }];
    if (then.print !== callable.print) return [{ before: then, after: callable, because: 'changed' }];
    const via =
      [...callable.refs].find((ref) => ref !== callable.path.at(-1) && changed.has(ref)) ??
      (direct.has('(loading)') ? 'what the file does when it is loaded' : undefined);
    return via === undefined ? [] : [{ before: then, after: callable, because: `uses ${via}, which changed` }];
  });
  const now = new Set(after.callables.map((one) => one.path.join('.')));
  return { touched, gone: [...old.values()].filter((one) => !now.has(one.path.join('.'))) };
}
