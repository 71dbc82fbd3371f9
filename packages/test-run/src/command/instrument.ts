// Adds to a suite's command what makes its result readable by machines. A report that the command asks for itself is left as it is. Pure.
import { join } from 'node:path';
import type { Suite } from '@awo/contracts';
import { programOf, type Program } from './launcher.ts';

export type Instrumented = {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Which runner it turned out to be; null: not known. */
  runner: 'node' | 'vitest' | 'jest' | 'pytest' | 'go' | 'unittest' | null;
};

type Scripts = Readonly<Record<string, string>>;

const asked = (args: readonly string[], flag: RegExp): boolean => args.some((arg) => flag.test(arg));

/** `reports` is a folder outside the work tree for report files. `only`: files or packages to run instead of everything; see ./narrow.ts. */
export function instrument(suite: Pick<Suite, 'command' | 'runner'>, scripts: Scripts, reports: string, only: readonly string[] = []): Instrumented {
  const program = programOf(suite.command, scripts);
  const { name, args, passOn } = program;
  const add = (runner: Instrumented['runner'], more: readonly string[]): Instrumented => {
    const extra = [...only, ...more];
    return { command: extra.length === 0 ? suite.command : [...suite.command, ...passOn, ...extra], env: {}, runner };
  };
  const file = (kind: string): string => join(reports, kind);

  if (name === 'vitest' && !asked(args, /^(bench|list|typecheck)$/))
    return add('vitest', asked(args, /^--(reporter|outputFile)/) ? [] : ['--reporter=default', '--reporter=json', `--outputFile.json=${file('vitest.json')}`]);
  if (name === 'jest') return add('jest', asked(args, /^--(json|outputFile)/) ? [] : ['--json', `--outputFile=${file('jest.json')}`]);
  if (name === 'unittest') return program.script === null && !asked(args, /^(-v|--verbose|-q)$/) ? add('unittest', ['-v']) : add('unittest', []);
  // A variable reaches pytest through make and other wrappers alike.
  if (name === 'pytest' || name === 'py.test' || suite.runner === 'pytest')
    return { command: suite.command, env: asked(args, /^--junit-?xml/) ? {} : { PYTEST_ADDOPTS: `--junitxml=${file('pytest.xml')}` }, runner: 'pytest' };
  if (name === 'go' && args[0] === 'test' && program.script === null) return goTest(suite.command, only);
  return nodeTest(suite.command, program, only) ?? { command: suite.command, env: {}, runner: null };
}

/** Flags of go stand before packages. */
function goTest(command: readonly string[], only: readonly string[]): Instrumented {
  const at = command.indexOf('test') + 1;
  const rest = command.slice(at).filter((arg) => arg !== '-json' && !(only.length > 0 && arg === './...'));
  return { command: [...command.slice(0, at), '-json', ...rest, ...only], env: {}, runner: 'go' };
}

/** Flags of node stand before files. In a script only NODE_OPTIONS gets there. */
function nodeTest(command: readonly string[], { name, args, script }: Program, only: readonly string[]): Instrumented | null {
  const words = script === null ? args : script.split(/\s+/);
  if (!asked(words, /^--test$/)) return null;
  if (asked(words, /^--test-reporter/)) return { command: [...command, ...only], env: {}, runner: 'node' };
  if (script !== null || name !== 'node') return { command, env: { NODE_OPTIONS: '--test-reporter=tap' }, runner: 'node' };
  const at = command.indexOf('--test');
  return { command: [...command.slice(0, at), '--test-reporter=tap', ...command.slice(at), ...only], env: {}, runner: 'node' };
}
