// `awo test`: a goal of its own, and beside it the commands that order, choose and judge tests.
import type { Command } from 'commander';
import type { BacktestFlags, FlakyFlags, ImportFlags, OrderFlags } from '../commands/test-history.ts';
import type { SelectFlags } from '../commands/test-select.ts';
import type { Go } from './program.ts';

const HISTORY = 'results of the past, one JSON object per line (docs/test-order.md)';

export function addTestCommands(test: Command, go: Go): void {
  test
    .command('order')
    .description('the tests, the most likely to fail first')
    .requiredOption('--history <file>', HISTORY)
    .requiredOption('--tests <file>', 'the tests to order, one JSON object per line')
    .option('--changed <files...>', 'what changed since the last cycle')
    .option('--budget <time>', 'such as 90s or 5m: says which tests fit in')
    .action((options: OrderFlags) => go(async (context) => (await import('../commands/test-history.ts')).orderTests(context, options)));
  test
    .command('backtest')
    .description('replay a history, each cycle knowing only the past, beside simple orders and the best one')
    .requiredOption('--history <file>', HISTORY)
    .option('--orders <file>', 'write the order of every cycle, one JSON object per line')
    .action((options: BacktestFlags) => go(async (context) => (await import('../commands/test-history.ts')).backtestHistory(context, options)));
  test
    .command('flaky')
    .description('tests with both verdicts for one cause, and what they cost')
    .requiredOption('--history <file>', HISTORY)
    .action((options: FlakyFlags) => go(async (context) => (await import('../commands/test-history.ts')).flakyTests(context, options)));
  test
    .command('select')
    .description('which tests a change calls for, why, and at which risk the others are left out')
    .option('--repo <path>', 'a git repository (default: the one this folder is in)')
    .option('--base <rev>', 'compare with this')
    .option('--head <rev>', 'the changed revision (default: HEAD)')
    .option('--coverage <file>', 'what each test executes, one JSON object per line')
    .option('--history <file>', HISTORY)
    .option('--risk <share>', 'chance that a left-out test alone would have found something (default: 0.001)')
    .option('--share <share>', 'never more than this share of the tests that can be related, whatever the risk (default: 1)')
    // `awo test` has --repo and --base as well and takes them wherever they stand.
    .action((_options: SelectFlags, command: Command) =>
      go(async (context) => (await import('../commands/test-select.ts')).selectTests(context, command.optsWithGlobals<SelectFlags>())),
    );
  const history = test.command('history').description('histories of test results');
  history
    .command('import')
    .argument('<files...>', 'reports, oldest cycle first')
    .description('make history lines of JUnit XML, go test -json, jest, vitest, pytest-json, CTRF, Jenkins and GitLab reports')
    .option('--cycle <number>', 'number of the first report; each file is one cycle (default: 1)')
    .option('--one-cycle', 'all files are of the same cycle')
    .action((files: string[], options: ImportFlags) =>
      go(async (context) => (await import('../commands/test-history.ts')).importHistory(context, files, options)),
    );
}
