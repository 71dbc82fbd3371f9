// Aliases that vite, vitest, webpack, rollup and jest are given as data: read from their configuration, which is never run. Pure.
import type { TsConfig } from './manifests.ts';
import { dirname, joinPath } from './tree-index.ts';

export const BUNDLER_CONFIG = /(^|\/)((vite|vitest|webpack|rollup|jest|rspack|rsbuild)(\.[\w-]+)?\.config\.([mc]?[jt]s|json))$/;

/** `'@': './src'`, `'@': path.resolve(__dirname, 'src')`, `'@': fileURLToPath(new URL('./src', import.meta.url))`, `{ find: '@', replacement: … }`. */
const ENTRY =
  /(?:^|[{,\n])\s*(?:find\s*:\s*["'`]([^"'`\n]+)["'`]\s*,\s*replacement|["'`]([^"'`\n]+)["'`]|([\w$]+))\s*:\s*((?:[\w.]+\(\s*)*(?:new\s+URL\(\s*)?(?:(?:__dirname|import\.meta\.dirname|process\.cwd\(\)|root)\s*(?:,|\+)\s*)?(?:["'`][^"'`\n]+["'`]\s*,?\s*)+)/g;
const MAPPED = /["'`](\^[^"'`\n]+)["'`]\s*:\s*\[?\s*["'`]<rootDir>\/?([^"'`\n]+)["'`]/g;

/** As the paths of a tsconfig in the same folder. Null where there are none. */
export function bundlerAliases(file: string, text: string): TsConfig | null {
  const dir = dirname(file);
  const paths: TsConfig['paths'] = [];
  const add = (pattern: string, target: string | null): void => {
    if (target !== null) paths.push({ pattern, targets: [target] });
  };
  const block = /\balias["']?\s*:\s*([{[][\s\S]*?[}\]])\s*[,}\n]/.exec(text)?.[1] ?? '';
  for (const match of block.matchAll(ENTRY)) {
    const name = (match[1] ?? match[2] ?? match[3] ?? '').replace(/\/?\*?$/, '');
    const parts = [...(match[4] ?? '').matchAll(/["'`]([^"'`\n]+)["'`]/g)].map((part) => part[1] ?? '').filter((part) => part !== 'file:');
    const path = parts.join('/');
    // Another package under this name is no path.
    if (name === '' || path === '' || path.startsWith('/') || (!/[./]/.test(path) && !/resolve|join|URL|dirname/.test(match[4] ?? ''))) continue;
    const target = joinPath(dir, path.replace(/\/$/, ''));
    add(name.replace(/\$$/, ''), target);
    if (!name.endsWith('$')) add(`${name}/*`, target === null ? null : `${target}/*`);
  }
  for (const match of text.matchAll(MAPPED)) {
    // Of regular expressions those that are a prefix and the rest.
    const pattern = /^\^([\w@~#/.-]*?)\(\.[*+]\)\$$/.exec((match[1] ?? '').replaceAll('\\\\', '').replaceAll('\\', ''))?.[1];
    const whole = /^\^([\w@~#/.-]+)\$$/.exec((match[1] ?? '').replaceAll('\\', ''))?.[1];
    if (pattern !== undefined) add(`${pattern}*`, joinPath(dir, (match[2] ?? '').replace('$1', '*')));
    else if (whole !== undefined) add(whole, joinPath(dir, match[2] ?? ''));
  }
  return paths.length > 0 ? { file, extends: [], baseUrl: null, paths } : null;
}
