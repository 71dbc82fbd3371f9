// Commands that send or stop goals.
import type { Command } from 'commander';
import { OnBusy, StrategyWish } from '@awo/contracts';
import type { ReleaseOptions, RollbackOptions } from '../commands/release.ts';
import type { SendOptions } from '../commands/send-goal.ts';
import type { AbortOptions } from '../commands/abort.ts';
import type { JoinOptions } from '../commands/join.ts';
import { choice } from './choice.ts';
import type { Go } from './program.ts';
import { addTestCommands } from './test-commands.ts';

/** Options of everything that sends a goal. */
const sending = (command: Command): Command =>
  command
    .option('--wait', 'show the timeline and wait for the end; the exit code says how it ended')
    .option('--id <id>', 'the same id is the same goal, however often it is sent');

const withRepo = (command: Command): Command => command.option('--repo <path>', 'a git repository (default: the one this folder is in)');

export function addGoalCommands(program: Command, go: Go): void {
  program.commandsGroup('Goals:');
  sending(withRepo(program.command('release [service]').description('take a revision to an environment; without SERVICE everything that changed')))
    .option('--ref <ref>', 'branch, tag or commit (default: HEAD)')
    .option('--env <name>', 'environment (default: production)')
    .addOption(choice('--strategy <strategy>', 'instead of what the arithmetic would choose', StrategyWish.options))
    .option('--emergency <reason>', 'also in a freeze, or while the error budget burns; the reason is recorded')
    .addOption(choice('--on-busy <what>', 'where a release of the same service is under way', OnBusy.options))
    .action((service: string | undefined, options: ReleaseOptions) =>
      go(async (context) => (await import('../commands/release.ts')).release(context, service, options)),
    );

  withRepo(program.command('plan [service]').description('what a release would do, decided by the agents with its numbers; nothing is changed'))
    .option('--dry-run', 'said aloud: this command never changes anything')
    .option('--ref <ref>', 'branch, tag or commit (default: HEAD)')
    .option('--env <name>', 'environment (default: production)')
    .addOption(choice('--strategy <strategy>', 'instead of what the arithmetic would choose', StrategyWish.options))
    .option('--id <id>', 'the same id is the same goal, however often it is sent')
    .action((service: string | undefined, options: ReleaseOptions) =>
      go(async (context) => (await import('../commands/plan.ts')).plan(context, service, options)),
    );

  sending(program.command('rollback [service]').description('bring back what ran before the last release'))
    .option('--env <name>', 'environment (default: production)')
    .option('--emergency <reason>', 'also where what ran before may break: somebody has made sure; the reason is recorded')
    .option('--repairs', 'what repairs have left in force instead: a switched source, a raised limit, customers turned away')
    .action((service: string | undefined, options: RollbackOptions) =>
      go(async (context) => (await import('../commands/release.ts')).rollback(context, service, options)),
    );

  for (const [kind, description] of [
    ['test', 'run the tests that a revision calls for, without a deploy'],
    ['assess', 'say what a revision touches, without tests or a deploy'],
  ] as const) {
    const command = sending(withRepo(program.command(`${kind} [ref]`).description(description)))
      .option('--base <ref>', "compare with this (default: the revision's parent)")
      .action((ref: string | undefined, options: ReleaseOptions) =>
        go(async (context) => (await import('../commands/release.ts')).examine(context, kind, ref, options)),
      );
    if (kind === 'test') addTestCommands(command, go);
  }

  sending(program.command('submit <goal...>').description('send a goal file (YAML or JSON), a sentence, or - for standard input'))
    .addHelpText('after', '\nSentences: "release cart to production", "roll back cart in production", "test main", "assess HEAD~1 against main".')
    .action((words: string[], options: SendOptions) => go(async (context) => (await import('../commands/submit.ts')).submit(context, words, options)));

  for (const [action, description] of [
    ['pause', 'hold a goal: traffic stays as it is, customers stay watched, harm is still taken back'],
    ['resume', 'go on with a goal that was paused'],
    ['promote', 'answer for a release whose evidence is missing; what is proven to do harm is undone all the same'],
  ] as const) {
    const command = program.command(`${action} <goal>`).description(description).option('--because <reason>', 'kept in its log; promote asks for one');
    if (action === 'pause') command.option('--weight <percent>', 'and leave the new revision only this share of the requests');
    command.action((goal: string, options: JoinOptions) => go(async (context) => (await import('../commands/join.ts')).join(context, action, goal, options)));
  }

  program
    .command('abort <goal>')
    .description('stop a goal: what has begun is undone')
    .option('--because <reason>', 'kept in its log')
    .option('--wait', 'wait until it has ended')
    .action((goal: string, options: AbortOptions) => go(async (context) => (await import('../commands/abort.ts')).abort(context, goal, options)));
}
