// lab in terms of mocha: what `require('lab')` answers in the projects' tests. Loaded in mocha's own process.
type Done = (error?: unknown) => void;
type Body = (done: Done) => unknown;
type Hook = (body: Body) => void;
type Mocha = {
  describe(title: string, body: () => void): void;
  it(title: string, body: Body): void;
  before: Hook;
  beforeEach: Hook;
  after: Hook;
  afterEach: Hook;
};
/** lab takes options between title and body. */
type Titled = [title: string, ...options: unknown[]];

const isFunction = (value: unknown): value is Body => typeof value === 'function';
const bodyOf = (options: readonly unknown[]): Body => options.findLast(isFunction) ?? (() => undefined);

function script() {
  const mocha = globalThis as unknown as Mocha;
  const { before, beforeEach, after, afterEach } = mocha;
  const describe = (...[title, ...options]: Titled) => mocha.describe(title, () => void bodyOf(options)(() => undefined));
  const it = (...[title, ...options]: Titled) => mocha.it(title, (done) => void bodyOf(options)(done));
  return { describe, experiment: describe, suite: describe, it, test: it, before, beforeEach, after, afterEach };
}

const lab = { script };
export { lab as 'module.exports' };
