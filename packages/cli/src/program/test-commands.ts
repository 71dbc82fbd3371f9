// `awo test`: a goal of its own, and beside it the commands that order, choose and judge tests.
import type { Command } from 'commander';
import type { AuditFlags } from '../commands/test-audit.ts';
import type { FlakyFlags } from '../commands/test-flaky.ts';
import type { BacktestFlags, ImportFlags, OrderFlags } from '../commands/test-history.ts';
import type { GenerateFlags } from '../commands/test-generate.ts';
import type { RunFlags } from '../commands/test-run.ts';
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
    .description('tests with both verdicts for one cause, what they cost, and who answers for the quarantined ones')
    .option('--history <file>', `${HISTORY}; left out: what is known of the repository's runs`)
    .option('--repo <path>', 'a git repository (default: the one this folder is in)')
    .action((_options: FlakyFlags, command: Command) =>
      go(async (context) => (await import('../commands/test-flaky.ts')).flakyTests(context, command.optsWithGlobals<FlakyFlags>())),
    );
  test
    .command('audit')
    .description('how often the selection left out what a change breaks: from runs that were drawn by lot, or from mistakes made on purpose')
    .option('--repo <path>', 'a git repository (default: the one this folder is in)')
    .option('--mutants <count>', 'make this many mistakes in copies of the repository and run every test for each')
    .option('--base <rev>', 'with --mutants: only in lines that changed since (default: anywhere)')
    .option('--head <rev>', 'with --mutants: the revision that is audited (default: HEAD)')
    .option('--seed <number>', 'with --mutants: which ones (default: 1)')
    .option('--jobs <count>', 'with --mutants: copies to work in at once (default: one for each core)')
    .option('--coverage <file>', 'with --mutants: judge the selection by coverage as well')
    .option('--without <kinds...>', 'with --mutants: take detectors as not there, such as env or route, to see what would be missed')
    .action((_options: AuditFlags, command: Command) =>
      go(async (context) => {
        const flags = command.optsWithGlobals<AuditFlags>();
        return flags.mutants === undefined
          ? (await import('../commands/selection-audit.ts')).auditSelection(context, flags)
          : (await import('../commands/test-audit.ts')).auditTests(context, { ...flags, mutants: flags.mutants });
      }),
    );
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
  test
    .command('run')
    .description('run the suites that a change calls for, here and now, side by side')
    .option('--repo <path>', 'a git repository (default: the one this folder is in)')
    .option('--base <rev>', "compare with this (default: the revision's parent)")
    .option('--head <rev>', 'the revision to run (default: HEAD)')
    .option('--all', 'every suite, whatever changed')
    .option('--budget <time>', 'such as 90s or 5m: what is not proven by then is said')
    .option('--stop-at-first-failure', 'end what runs as soon as a suite fails')
    .option('--fresh', 'run also what passed over the same content before')
    .option('--junit <file>', 'write a JUnit XML report')
    .option('--ctrf <file>', 'write a CTRF report')
    .action((_options: RunFlags, command: Command) =>
      go(async (context) => (await import('../commands/test-run.ts')).runTests(context, command.optsWithGlobals<RunFlags>())),
    );
  test
    .command('generate')
    .description('what a change does differently, run against the old version, and tests for what it leaves as it was')
    .option('--repo <path>', 'a git repository (default: the one this folder is in)')
    .option('--base <rev>', 'compare with this')
    .option('--head <rev>', 'the changed revision (default: HEAD)')
    .option('--seed <number>', 'the same seed makes the same calls (default: 1)')
    .option('--calls <number>', 'calls of each function (default: 600)')
    .option('--patch <file>', 'write the kept tests as a patch')
    .option('--branch <name>', 'commit the kept tests on top of head, on a new branch')
    .action((_options: GenerateFlags, command: Command) =>
      go(async (context) => (await import('../commands/test-generate.ts')).generate(context, command.optsWithGlobals<GenerateFlags>())),
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
