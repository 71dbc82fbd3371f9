// Which part of a suite a second run can do with: whole files or packages that run in a process of their own. Pure.
import type { Suite, TestCase } from '@awo/contracts';
import { instrument, type Instrumented } from './instrument.ts';
import { programOf } from './launcher.ts';

/**
 * The command of the second run. Single tests are never picked: one that fails only after its neighbours would look flaky alone.
 * pytest and unittest run everything in one process, so there the whole suite runs again.
 */
export function narrow(
  suite: Pick<Suite, 'command' | 'runner'>,
  scripts: Readonly<Record<string, string>>,
  reports: string,
  failed: readonly TestCase[],
): Instrumented & { partial: boolean } {
  const whole = instrument(suite, scripts, reports);
  const only = [...new Set(failed.map((test) => partOf(whole.runner, test)))];
  const { args, script } = programOf(suite.command, scripts);
  const usable = only.length > 0 && only.length <= 50 && only.every((part): part is string => part !== null);
  if (!usable) return { ...whole, partial: false };
  const takesFiles =
    whole.runner === 'vitest' || whole.runner === 'jest'
      ? !args.some((arg) => !arg.startsWith('-') && arg !== 'run')
      : whole.runner === 'go'
        ? args.includes('./...')
        : whole.runner === 'node' && script === null && args.every((arg) => arg.startsWith('-')) && whole.command !== suite.command;
  return takesFiles ? { ...instrument(suite, scripts, reports, only), partial: true } : { ...whole, partial: false };
}

function partOf(runner: Instrumented['runner'], test: TestCase): string | null {
  if (runner === 'go') return test.name.split(' > ')[0] ?? null;
  return runner === 'vitest' || runner === 'jest' || runner === 'node' ? test.file : null;
}
