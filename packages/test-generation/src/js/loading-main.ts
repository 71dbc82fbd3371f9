// Preloaded into the harness: TypeScript as people write it (extensionless and .js specifiers, enums), without a build. Also a clock and a chance of its own.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ENDINGS = ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '/index.ts', '/index.js'];

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      const from = context.parentURL;
      if (!from?.startsWith('file:') || !/^\.{0,2}\//.test(specifier)) throw error;
      const path = fileURLToPath(new URL(specifier, from));
      const other = [path.replace(/\.([mc]?)js$/, '.$1ts'), ...ENDINGS.map((ending) => path + ending)].find((one) => existsSync(one) && statSync(one).isFile());
      if (other === undefined) throw error;
      return next(pathToFileURL(other).href, context);
    }
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !/\.[mc]?ts$/.test(url)) return next(url, context);
    const text = readFileSync(fileURLToPath(url), 'utf8');
    const source = withoutTypes(text);
    const esm = !url.endsWith('.cts') && (url.endsWith('.mts') || /^\s*(import|export)\b/m.test(text));
    return { format: esm ? 'module' : 'commonjs', source, shortCircuit: true };
  },
});

/** What only leaves types out is quick; enums and parameter properties need more. */
function withoutTypes(text: string): string {
  try {
    return stripTypeScriptTypes(text);
  } catch {
    return stripTypeScriptTypes(text, { mode: 'transform' });
  }
}

// Whoever asks for the time or for chance gets the same in both versions, and another one in the second run.
const round = Number(process.env['AWO_ROUND'] ?? 0);
const start = Date.UTC(2026, 0, 15, 10, 30) + round * 34_567_890_123;
let asked = 0;
const now = (): number => start + asked++;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  apply: (target) => new target(now()).toString(),
  get: (target, name, self) => (name === 'now' ? now : Reflect.get(target, name, self)),
});
let state = 88_172_645 + round * 7919;
Math.random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
};
