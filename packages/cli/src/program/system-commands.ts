// Commands for the installation itself: up and down, tools, agents, inspection.
import type { Command } from 'commander';
import { AGENT_ROLES } from '@awo/contracts';
import type { BackupOptions } from '../commands/backup.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { RestoreOptions } from '../commands/restore.ts';
import type { AddOptions } from '../commands/tools.ts';
import { choice, oneOf } from './choice.ts';
import type { Go } from './program.ts';

/** A goal that is handed over ends as needs-human: what it did after the backup is not known. */
const IN_FLIGHT = ['hand-over', 'go-on'] as const;
const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function addSystemCommands(program: Command, go: Go): void {
  program.commandsGroup('Installation:');
  program
    .command('up')
    .description('start everything, or say that it runs')
    .option('--jaeger', 'with a Jaeger to look at traces')
    .action((options: { jaeger?: boolean }) => go(async (context) => (await import('../commands/up.ts')).up(context, options)));

  program
    .command('down')
    .description('stop everything; its state is kept')
    .action(() => go(async (context) => (await import('../commands/down.ts')).down(context)));

  program
    .command('doctor')
    .description('what is found in a repository and where; without one, the state of the installation')
    .option('--repo <path>', 'a git repository (default: the one this folder is in)')
    .option('--installation', 'the installation, also from within a repository')
    .option('--ref <ref>', 'branch, tag or commit (default: HEAD)')
    .option('--write', 'write the awo.yaml that pins what was found, if there is none')
    .action((options: DoctorOptions) => go(async (context) => (await import('../commands/doctor.ts')).doctor(context, options)));

  program
    .command('backup')
    .description('every stream, bucket and what was signed of the log, while goals go on')
    .requiredOption('--to <dir>', 'a folder that does not exist yet')
    .option('--no-key', 'without the key that signs; it has to be kept apart')
    .action((options: BackupOptions) => go(async (context) => (await import('../commands/backup.ts')).backup(context, options)));

  program
    .command('restore')
    .description('a backup into an empty home, checked chain by chain')
    .requiredOption('--from <dir>', 'the folder of a backup')
    .addOption(choice('--in-flight <how>', 'goals that were under way', IN_FLIGHT).default('hand-over'))
    .action((options: RestoreOptions) => go(async (context) => (await import('../commands/restore.ts')).restore(context, options)));

  program
    .command('agent')
    .argument('<role>', AGENT_ROLES.join(', '), oneOf(AGENT_ROLES))
    .description('start one more replica of an agent in this terminal')
    .action((role: string) => go(async (context) => (await import('../commands/agent.ts')).agent(context, role)));

  program
    .command('scale')
    .argument('<role=count...>', 'such as test=3')
    .description('how many replicas of a service the supervisor keeps')
    .action((wishes: string[]) => go(async (context) => (await import('../commands/scale.ts')).scale(context, wishes)));

  program
    .command('completion')
    .argument('<shell>', SHELLS.join(', '), oneOf(SHELLS))
    .description('print the completion script of a shell')
    .action((shell: (typeof SHELLS)[number]) => go(async (context) => (await import('../commands/completion.ts')).completion(context, program, shell)));

  addToolCommands(program, go);
}

function addToolCommands(program: Command, go: Go): void {
  const tools = program.command('tools').description('tool servers: list, add, pin, remove');
  tools
    .command('list [word]', { isDefault: true })
    .description('servers, their health, tools, effect classes and pinned digests')
    .action((word: string | undefined) => go(async (context) => (await import('../commands/tools.ts')).listTools(context, word)));
  tools
    .command('add')
    .argument('<name>')
    .argument('[command...]', 'after --: the command of a server that speaks MCP over standard input and output')
    .description('attach a tool server: NAME -- COMMAND ARGS..., or NAME --url URL')
    .option('--url <url>', 'address of a server that speaks streamable HTTP')
    .option('--env <name...>', "variables of the installation's environment that the server may see; nothing else reaches it")
    .action((name: string, command: string[], options: AddOptions) =>
      go(async (context) => (await import('../commands/tools.ts')).addTools(context, name, command, options)),
    );
  tools
    .command('pin')
    .argument('<name>')
    .description('accept the present definitions of a server')
    .action((name: string) => go(async (context) => (await import('../commands/tools.ts')).pinTools(context, name)));
  tools
    .command('remove')
    .argument('<name>')
    .description('detach a server')
    .action((name: string) => go(async (context) => (await import('../commands/tools.ts')).removeTools(context, name)));
}
