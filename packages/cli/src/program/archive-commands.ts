// Commands of the archive of finished goals.
import type { Command } from 'commander';
import { GOAL_KINDS, OUTCOMES } from '@awo/contracts';
import type { FindOptions, HoldOptions } from '../commands/archive.ts';
import { choice } from './choice.ts';
import type { Go } from './program.ts';

const GOAL = 'a goal id, the beginning of one, or `last`';

export function addArchiveCommands(program: Command, go: Go): void {
  const load = () => import('../commands/archive.ts');
  const archive = program.command('archive').description('finished goals that left the log: find, verify, rebuild, hold, release');
  archive
    .command('status [word]', { isDefault: true, hidden: true })
    .description('where the archive is, how much it holds, what is on hold')
    .action((word: string | undefined) => go(async (context) => (await load()).archiveStatus(context, word)));
  archive
    .command('find')
    .description('archived goals, newest first')
    .option('--service <name>', 'that had this service in hand')
    .option('--env <name>', 'of this environment')
    .addOption(choice('--outcome <outcome>', 'that ended so', OUTCOMES))
    .addOption(choice('--kind <kind>', 'of this kind', GOAL_KINDS))
    .option('--since <time>', 'that ended after it: 12h, 7d, 2026-05-04')
    .option('--until <time>', 'that ended before it')
    .option('--commit <id>', 'that worked with this git commit (four digits at least)')
    .option('--goal <prefix>', 'whose id begins so')
    .option('--limit <n>', 'at most so many (default: 50)')
    .action((options: FindOptions) => go(async (context) => (await load()).archiveFind(context, options)));
  archive
    .command('verify')
    .description('read every pack: signatures, links, digests, hash chains, folds')
    .option('--anchor <file>', 'checkpoints that were anchored outside, one per line: the archive must still be what they say')
    .action((options: { anchor?: string }) => go(async (context) => (await load()).archiveVerify(context, options)));
  archive
    .command('rebuild')
    .description('build the index anew from the packs')
    .action(() => go(async (context) => (await load()).archiveRebuild(context)));
  for (const [verb, text] of [
    ['hold', 'legal hold: keep the log of a goal as it is'],
    ['release', 'end a legal hold'],
  ] as const)
    archive
      .command(verb)
      .argument('<goal>', GOAL)
      .description(text)
      .requiredOption('--because <reason>', 'recorded with the name of whoever asks')
      .action((goal: string, options: HoldOptions) => go(async (context) => (await load()).archiveHold(context, goal, options, verb)));
}
