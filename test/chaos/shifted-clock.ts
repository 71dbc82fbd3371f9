// A clock that can be made wrong: everything in this process that asks for the time is told another.

/** Gives the switch: right, then wrong by `byMs`, then right again. */
export function switchableClock(byMs: number): () => void {
  const Real = Date;
  let wrong = false;
  const now = () => Real.now() + (wrong ? byMs : 0);
  globalThis.Date = new Proxy(Real, {
    construct: (target, args: [], newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
  });
  return () => void (wrong = !wrong);
}
