// Which part of a suite a second run can do with: whole files or packages that run in a process of their own. Pure.
import { dirname } from 'node:path/posix';
import type { Suite, TestCase } from '@awo/contracts';
import { instrument, type Instrumented } from './instrument.ts';
import { programOf } from './launcher.ts';

const MOST_PARTS = 50;

/**
 * The command of the second run. Single tests are never picked: one that fails only after its neighbours would look flaky alone.
 * pytest, unittest and the like run everything in one process, so there the whole suite runs again.
 */
export function narrow(
  suite: Pick<Suite, 'command' | 'runner'>,
  scripts: Readonly<Record<string, string>>,
  reports: string,
  failed: readonly TestCase[],
): Instrumented & { partial: boolean } {
  const whole = instrument(suite, scripts, reports);
  const parts = [...new Set(failed.map((test) => partOf(whole.runner, test)))];
  const only = parts.filter((part) => part !== null);
  const known = only.length > 0 && only.length === parts.length && only.length <= MOST_PARTS;
  const part = known ? pick(suite, scripts, reports, only) : null;
  return part === null ? { ...whole, partial: false } : { ...part, partial: true };
}

/** The command that runs only these files or packages; null where the runner, or the command as it is, does not take any. */
function pick(
  suite: Pick<Suite, 'command' | 'runner'>,
  scripts: Readonly<Record<string, string>>,
  reports: string,
  only: readonly string[],
): Instrumented | null {
  const { runner } = instrument(suite, scripts, reports);
  const takesFiles = runner === 'go' || runner === 'vitest' || runner === 'jest' || runner === 'node';
  return takesFiles && takesParts(runner, suite.command, scripts) ? instrument(suite, scripts, reports, only) : null;
}

/** Jest takes an expression, node a pattern, vitest a line after a colon: a name that is more than a name would run something else, or nothing. */
const PLAIN = /^[\w@%=,./~][\w@%=,./~-]*$/;
/** Node runs whatever file it is given: one that it would not find by itself is no part of the suite. Its own patterns (nodejs.org/api/test.html). */
const NODE_FINDS = /(^|\/)test\/|[._-]test\.[cm]?[jt]s$|(^|\/)test(-[^/]*)?\.[cm]?[jt]s$/;

/** The command that runs these test files, named from the suite's folder, of Go their packages; null where it takes none. For a first run, unlike `narrow`, pytest will do. */
export function pickFiles(
  suite: Pick<Suite, 'command' | 'runner'>,
  scripts: Readonly<Record<string, string>>,
  reports: string,
  only: readonly string[],
): Instrumented | null {
  const { runner } = instrument(suite, scripts, reports);
  if (!only.every((file) => PLAIN.test(file))) return null;
  if (runner === 'node' && !only.every((file) => NODE_FINDS.test(file))) return null;
  if (runner === 'go') return pick(suite, scripts, reports, [...new Set(only.map((file) => `./${dirname(file)}`))]);
  if (runner !== 'pytest') return pick(suite, scripts, reports, only);
  const { args, script, name } = programOf(suite.command, scripts);
  const whole = instrument(suite, scripts, reports);
  const takes = script === null && /^py\.?test$/.test(name) && args.every((arg) => arg.startsWith('-'));
  return takes ? { ...whole, command: [...whole.command, ...only] } : null;
}

function partOf(runner: Instrumented['runner'], test: TestCase): string | null {
  if (runner === 'go') return test.name.split(' > ')[0] ?? null;
  return runner === 'vitest' || runner === 'jest' || runner === 'node' ? test.file : null;
}

/** Files named in the command already would be run beside the failed ones, or shut them out. */
function takesParts(runner: Instrumented['runner'], command: readonly string[], scripts: Readonly<Record<string, string>>): boolean {
  const { args, script } = programOf(command, scripts);
  if (runner === 'go') return args.includes('./...');
  // A flag and its value may be two words: only `--flag=value` can be told from a file.
  if (runner === 'node') return script === null && args.every((arg, at) => arg.startsWith('-') || args[at - 1] === '--import');
  return args.every((arg) => arg.startsWith('-') || arg === 'run');
}
