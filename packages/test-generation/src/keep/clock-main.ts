// Preloaded into a run of tests: 400 days later, and chance in another order. A test that notices depends on them.
const AHEAD_MS = 400 * 86_400_000;
const real = Date.now;
const now = (): number => real() + AHEAD_MS;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  apply: (target) => new target(now()).toString(),
  get: (target, name, self) => (name === 'now' ? now : Reflect.get(target, name, self)),
});
const { random } = Math;
Math.random = () => 1 - random() / 2;
