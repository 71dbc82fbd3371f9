// Commands that judge recorded metrics: no installation is needed.
import type { Command } from 'commander';
import type { JudgeOptions } from '../commands/canary-judge.ts';
import type { Go } from './program.ts';

export function addCanaryCommands(program: Command, go: Go): void {
  program.commandsGroup('Looking:');
  program
    .command('canary')
    .description('judge a canary by recorded metrics')
    .command('judge')
    .description('pass, fail or inconclusive, with evidence that may be looked at as often as one likes')
    .requiredOption('--baseline <file>', 'metrics of the old revision, one JSON row per line')
    .requiredOption('--canary <file>', 'metrics of the new one, from the same time')
    .option('--control <file>', 'metrics of a process of the old one that was started with the new one, among the baseline as well')
    .option('--policy <file>', 'tolerances, weights, critical metrics (JSON)')
    .action((options: JudgeOptions) => go(async (context) => (await import('../commands/canary-judge.ts')).judge(context, options)));
}
