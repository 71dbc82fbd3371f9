// Adds to a suite's command what makes its result readable by machines. What the repository asked for itself is never overruled. Pure.
import { join } from 'node:path';
import type { Suite } from '@awo/contracts';
import { programOf } from './launcher.ts';

export type Instrumented = {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Which runner it turned out to be; null: not known. */ runner: 'node' | 'vitest' | 'jest' | 'pytest' | 'go' | 'unittest' | null;
};

const asked = (args: readonly string[], flag: RegExp): boolean => args.some((arg) => flag.test(arg));

/** `reports` is a folder outside the work tree for report files. `only`: files or packages to run instead of everything. */
export function instrument(
  suite: Pick<Suite, 'command' | 'runner'>,
  scripts: Readonly<Record<string, string>>,
  reports: string,
  only: readonly string[] = [],
): Instrumented {
  const { name, args, script, passOn } = programOf(suite.command, scripts);
  const plain = { command: suite.command, env: {}, runner: null };
  const add = (...more: readonly string[]): readonly string[] => [...suite.command, ...passOn, ...more];

  if (name === 'vitest' && !asked(args, /^(--reporter|--outputFile)|^(bench|list|typecheck)$/))
    return { command: add(...only, '--reporter=default', '--reporter=json', `--outputFile.json=${join(reports, 'vitest.json')}`), env: {}, runner: 'vitest' };
  if (name === 'jest' && !asked(args, /^(--json|--outputFile)/))
    return { command: add(...only, '--json', `--outputFile=${join(reports, 'jest.json')}`), env: {}, runner: 'jest' };
  if (name === 'go' && args[0] === 'test' && script === null) {
    const rest = args.slice(1).filter((arg) => !(only.length > 0 && /^\.\/\.\.\.$/.test(arg)));
    return {
      command: [...suite.command.slice(0, suite.command.indexOf('test') + 1), ...(asked(args, /^-json$/) ? [] : ['-json']), ...rest, ...only],
      env: {},
      runner: 'go',
    };
  }
  if (name === 'unittest') return { command: script === null && !asked(args, /^(-v|--verbose|-q)$/) ? add('-v') : suite.command, env: {}, runner: 'unittest' };
  // A variable reaches pytest through make, tox-less scripts and wrappers alike.
  if (name === 'pytest' || name === 'py.test' || suite.runner === 'pytest')
    return { ...plain, env: asked(args, /^--junit-?xml/) ? {} : { PYTEST_ADDOPTS: `--junitxml=${join(reports, 'pytest.xml')}` }, runner: 'pytest' };
  const words = script === null ? args : script.split(/\s+/);
  if (asked(words, /^--test$/) && !asked(words, /^--test-reporter/)) {
    if (script === null && name === 'node') {
      const at = suite.command.indexOf('--test');
      return { command: [...suite.command.slice(0, at), '--test-reporter=tap', ...suite.command.slice(at), ...only], env: {}, runner: 'node' };
    }
    return { ...plain, env: { NODE_OPTIONS: '--test-reporter=tap' }, runner: 'node' };
  }
  return plain;
}
