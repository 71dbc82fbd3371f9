// Commands for incidents and their repair.
import type { Command } from 'commander';
import type { DrillOptions } from '../commands/drill.ts';
import type { AnswerOptions, RemediateOptions } from '../commands/remediate.ts';
import type { Go } from './program.ts';

export function addRepairCommands(program: Command, go: Go): void {
  program.commandsGroup('Incidents:');
  program
    .command('remediate <service>')
    .description('find out what is wrong with a service, mend it, and see that it holds')
    .option('--env <name>', 'environment (default: production)')
    .option('--symptom <text>', 'what was seen, e.g. "slow replies"')
    .option('--wait', 'show the timeline and wait for the end; the exit code says how it ended')
    .option('--id <id>', 'the same id is the same goal, however often it is sent')
    .action((service: string, options: RemediateOptions) =>
      go(async (context) => (await import('../commands/remediate.ts')).remediate(context, service, options)),
    );
  for (const [action, description] of [
    ['approve', 'say yes to what a goal asks'],
    ['reject', 'say no to what a goal asks'],
  ] as const)
    program
      .command(`${action} <goal>`)
      .description(description)
      .option('--because <reason>', 'kept in its log')
      .option('--wait', 'wait until it has ended')
      .action((goal: string, options: AnswerOptions) =>
        go(async (context) => (await import('../commands/remediate.ts')).answer(context, goal, action, options)),
      );
  program
    .command('incident <goal>')
    .description('the report after an incident: what was seen, why, what was tried, what to change')
    .action((goal: string) => go(async (context) => (await import('../commands/incident.ts')).incident(context, goal), { documents: true }));
  program
    .command('drill [name...]')
    .description('do faults to a small shop in staging, and see what becomes of them')
    .option('--list', 'the faults there are')
    .option('--all', 'every one of them, one after the other')
    .option('--env <name>', 'staging, and nothing else')
    .action((names: string[], options: DrillOptions) => go(async (context) => (await import('../commands/drill.ts')).drill(context, names, options)));
}
