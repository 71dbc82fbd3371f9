// Which program a command really starts: through npx, a package manager's script, python -m and the like. Pure.
import { basename } from 'node:path';

/** The command as it is, or the script of package.json that it runs. */
export type Program = { name: string; args: readonly string[]; script: string | null; passOn: readonly string[] };

const RUNNERS_OF_SCRIPTS = new Set(['npm', 'pnpm', 'yarn', 'bun']);
const SHELL = /[|&;<>`]|\$\(/;

/**
 * `scripts` are those of the package.json in the suite's directory. `passOn` is what has to stand between the command and arguments that
 * are added to it: npm wants `--`, the others do not. A script that is more than one command cannot take arguments: name `''`.
 */
export function programOf(command: readonly string[], scripts: Readonly<Record<string, string>>): Program {
  const manager = basename(command[0] ?? '');
  const named = RUNNERS_OF_SCRIPTS.has(manager) ? scriptName(command.slice(1), scripts) : null;
  if (named === null) return { ...direct(command), script: null, passOn: [] };
  const script = scripts[named.script] ?? '';
  const words = SHELL.test(script)
    ? []
    : script
        .trim()
        .split(/\s+/)
        .filter((word) => !/^\w+=\S*$/.test(word));
  return { ...direct(words), script, passOn: manager === 'npm' && !named.separated ? ['--'] : [] };
}

function scriptName(args: readonly string[], scripts: Readonly<Record<string, string>>): { script: string; separated: boolean } | null {
  // Flags such as --workspace or --prefix lead to another package.json than the one at hand.
  const end = args.indexOf('--');
  const words = (end < 0 ? args : args.slice(0, end)).filter((arg) => arg !== '--silent' && arg !== '-s');
  const [verb = '', name = ''] = words;
  const script = verb === 'run' || verb === 'run-script' ? name : verb === 't' ? 'test' : verb;
  const extra = words.length - (verb === 'run' || verb === 'run-script' ? 2 : 1);
  return script in scripts && extra === 0 ? { script, separated: end >= 0 } : null;
}

const WRAPPERS = new Set([
  'env',
  'npx',
  'pnpx',
  'bunx',
  'cross-env',
  'dotenv',
  'c8',
  'uv',
  'poetry',
  'pipenv',
  'hatch',
  'pdm',
  'coverage',
  'exec',
  'run',
  'dlx',
  'pnpm',
  'yarn',
  'npm',
  '-y',
  '--yes',
  '--',
]);
const PYTHON = /^python[\d.]*$/;

function direct(words: readonly string[]): { name: string; args: readonly string[] } {
  let at = 0;
  while (at < words.length && (WRAPPERS.has(basename(words[at] ?? '')) || /^\w+=/.test(words[at] ?? ''))) at += 1;
  const name = basename(words[at] ?? '').replace(/\.(cmd|exe)$/, '');
  const rest = words.slice(at + 1);
  if (PYTHON.test(name) && rest[0] === '-m') return { name: rest[1] ?? '', args: rest.slice(2) };
  // `node node_modules/vitest/vitest.mjs run` is vitest.
  if (name === 'node' && /^[^-]/.test(rest[0] ?? '') && /(^|\/)(vitest|jest|mocha)(\.[cm]?js)?$/.test(rest[0] ?? ''))
    return { name: basename(rest[0] ?? '').replace(/\.[cm]?js$/, ''), args: rest.slice(1) };
  return { name, args: rest };
}
