// Commands that read: what runs, what happened and why.
import { StrategyWish } from '@awo/contracts';
import type { Command } from 'commander';
import type { DiagnoseOptions } from '../commands/diagnose.ts';
import type { ExplainOptions } from '../commands/explain.ts';
import type { ImpactCommandOptions } from '../commands/impact.ts';
import type { StatsOptions } from '../commands/stats.ts';
import type { WhatIfOptions } from '../commands/whatif.ts';
import { choice } from './choice.ts';
import type { Go } from './program.ts';

/** The work of a command that reads from the bus: what it needs is loaded only where there is one to read from. */
const fromBus =
  (go: Go): Go =>
  (work) =>
    go(async (context) => {
      const [{ addressOf }, { findHome }] = await Promise.all([import('../address.ts'), import('../home.ts')]);
      addressOf(context, findHome(context));
      return work(context);
    });

const GOAL = 'a goal id, the beginning of one, or `last`';

export function addReadingCommands(program: Command, go: Go): void {
  program.commandsGroup('Looking:');
  const read = fromBus(go);
  program
    .command('ps')
    .description('environments, what runs where at which weight, and recent goals')
    .option('--refused', 'messages that were refused, with the reason')
    .action((options: { refused?: boolean }) => read(async (context) => (await import('../commands/ps.ts')).ps(context, options)));

  program
    .command('stats')
    .description('what releases came to: change-failure rate, false alarms, lead time, time to restore, what was prevented')
    .option('--env <name>', 'environment (default: all)')
    .option('--horizon <minutes>', 'how long a bad release would have had all traffic without the watch (default: 30)')
    .action((options: StatsOptions) => read(async (context) => (await import('../commands/stats.ts')).stats(context, options)));

  program
    .command('get')
    .argument('<goal>', GOAL)
    .description('one goal as it stands')
    .action((goal: string) => read(async (context) => (await import('../commands/get.ts')).get(context, goal)));

  program
    .command('watch')
    .argument('[goal]', GOAL)
    .description('the live timeline of a goal, until it has ended')
    .option('--all', 'every goal, from now on')
    .action((goal: string | undefined, options: { all?: boolean }) =>
      go(async (context) => (await import('../commands/watch.ts')).watch(context, goal, options)),
    );

  program
    .command('explain')
    .argument('<goal>', GOAL)
    .description('every decision: facts, rule, rejected alternatives, checks, who decided, evidence')
    .option('--step <step>', 'one step only')
    .option('--facts', 'print the recorded facts as well')
    .option('--replay', 'decide each again from its recorded facts, and compare')
    .action((goal: string, options: ExplainOptions) => read(async (context) => (await import('../commands/explain.ts')).explain(context, goal, options)));

  program
    .command('whatif')
    .argument('<goal>', GOAL)
    .description('its choice of a strategy, decided again from its facts with something changed')
    .option('--traffic <x>', 'a factor such as x10, or requests per second')
    .addOption(choice('--risk <risk>', 'class of risk', ['low', 'medium', 'high']))
    .option('--budget <ratio>', 'share of requests that may fail, such as 0.0001')
    .option('--errors <ratio>', 'share of requests that fails now')
    .addOption(choice('--strategy <strategy>', 'as if it had been asked for', StrategyWish.options))
    .option('--alpha <x>', 'chance of a false alarm per release')
    .option('--min-requests <n>', 'requests that a step must have served')
    .option('--watch-deadline <time>', 'such as 90s or 5m')
    .option('--at <time>', 'another moment, for freezes')
    .option('--no-way-back', 'as if the old one could not come back')
    .option('--ask <wish>', 'the configured model for other ways; each is reckoned through')
    .action((goal: string, options: WhatIfOptions) => read(async (context) => (await import('../commands/whatif.ts')).whatif(context, goal, options)));

  program
    .command('log')
    .argument('<goal>', GOAL)
    .description('the commits of a goal, one line each')
    .option('-f, --follow', 'and those to come, until it has ended')
    .option('--verify', 'check the hash chain and the fold')
    .action((goal: string, options: { follow?: boolean; verify?: boolean }) =>
      read(async (context) => (await import('../commands/log.ts')).log(context, goal, options)),
    );

  program
    .command('replay')
    .argument('<goal>', GOAL)
    .description('the states of a goal again, from its events alone; nobody is asked')
    .option('--to <n>', 'only up to this commit, counted from 1')
    .action((goal: string, options: { to?: string }) => go(async (context) => (await import('../commands/replay.ts')).replay(context, goal, options)));

  program
    .command('trace')
    .argument('<goal>', GOAL)
    .description('the span tree of a goal, from its log alone')
    .action((goal: string) => read(async (context) => (await import('../commands/trace.ts')).trace(context, goal)));

  program
    .command('impact')
    .description('what a change touches and which tests can see it, each with the chain that leads there')
    .option('--repo <path>', 'a git repository (default: the one this folder is in)')
    .option('--base <rev>', 'compare with (default: the parent of head)')
    .option('--head <rev>', 'branch, tag or commit (default: HEAD)')
    .action((options: ImpactCommandOptions) => go(async (context) => (await import('../commands/impact.ts')).impact(context, options), { documents: true }));

  program
    .command('diagnose')
    .description('rank the causes of an incident from a folder of evidence; needs nothing that runs')
    .requiredOption('--evidence <dir>', 'incident.json, topology.json, metrics.jsonl, logs.jsonl, ... (any may be missing)')
    .action((options: DiagnoseOptions) => go(async (context) => (await import('../commands/diagnose.ts')).diagnose(context, options), { documents: true }));
}
