// awo doctor: what is found in a repository and where; without one, the state of the installation.
import type { CliContext } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CHECKOUT, findRepository } from '../home.ts';

export type DoctorOptions = { repo?: string | undefined; ref?: string | undefined; write?: boolean | undefined; installation?: boolean | undefined };

export async function doctor(context: CliContext, options: DoctorOptions): Promise<ExitCode> {
  if (options.installation && options.repo !== undefined) throw new UsageError('--installation and --repo are two questions.', 'Ask one of them.');
  const here = options.installation ? undefined : findRepository(context.cwd);
  // Whoever stands in the product's own checkout means the installation.
  const repo = options.repo ?? (here === CHECKOUT ? undefined : here);
  if (repo !== undefined) return (await import('./doctor-repository.ts')).doctorRepository(context, repo, options);
  return (await import('./doctor-installation.ts')).doctorInstallation(context);
}
