// The checkout's own files and what they import, for the architecture tests.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Every file that is or will be tracked, relative to the root. */
export function ownFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split('\0'))].filter((file) => file !== '' && existsSync(join(ROOT, file))).toSorted();
}

export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The demo shop and fixtures are other people's code by design. */
export const isOurs = (file: string): boolean => !file.startsWith('deploy/demo/shop/') && !/(^|\/)fixtures\//.test(file);

export const isTypeScript = (file: string): boolean => file.endsWith('.ts') && !file.endsWith('.d.ts');

/** Tests and what only tests use. */
export const isForTests = (file: string): boolean => /\.(test|fixture)\.ts$|\/testing\/|\/fixtures\/|^test\/|^packages\/testing\//.test(file);

export interface ImportEdge {
  /** File, relative to the root. */
  file: string;
  /** What the import names, e.g. `@awo/bus` or `./fold.ts`. */
  specifier: string;
  /** Relative imports: the file they mean, relative to the root. */
  target?: string;
}

export function importsOf(file: string): ImportEdge[] {
  const text = read(file);
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const dynamic = module.dynamicImports.map(({ moduleRequest }) => /^['"`]([^'"`$]+)['"`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1]);
  const exported = module.staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest?.value));
  const specifiers = [...module.staticImports.map((one) => one.moduleRequest.value), ...exported, ...dynamic].filter((one) => one !== undefined);
  return [...new Set(specifiers)].map((specifier) => ({
    file,
    specifier,
    ...(specifier.startsWith('.') ? { target: relative(ROOT, resolve(ROOT, dirname(file), specifier)) } : {}),
  }));
}

/** `packages/bus`, `services/impact`, or the first folder elsewhere. */
export function partOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'packages' || first === 'services' ? `${first}/${second}` : first;
}

type Node = { type: string; [field: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
const isName = (value: unknown, name: string) => isNode(value) && value.type === 'Identifier' && value['name'] === name;
const isProcessEnv = (value: unknown) =>
  isNode(value) && value.type === 'MemberExpression' && isName(value['object'], 'process') && isName(value['property'], 'env');

/** True where a variable of the environment is read by name; handing the whole environment to a child process is not that. */
export function readsEnvironment(file: string): boolean {
  const look = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(look);
    if (!isNode(value)) return false;
    if (value.type === 'MemberExpression' && isProcessEnv(value['object'])) return true;
    if (value.type === 'VariableDeclarator' && isProcessEnv(value['init'])) return true;
    return Object.values(value).some(look);
  };
  return look(parseSync(file, read(file)).program.body);
}
