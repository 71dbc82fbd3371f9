// installation.json: where a running installation is reached. Written by the supervisor, read by everybody.
import { z } from 'zod';
import { homePaths } from './home.ts';
import { readJson, writeJson } from './json-file.ts';
import { ProcessIdentity, identify, isRunning } from './process-identity.ts';

export const InstallationInfo = z.object({
  v: z.literal(1),
  home: z.string(),
  natsUrl: z.string(),
  /** Null for a server that others run. */
  monitorUrl: z.string().nullable(),
  natsVersion: z.string().nullable(),
  supervisorPid: z.number().int(),
  supervisor: ProcessIdentity,
  startedAt: z.string(),
});
export type InstallationInfo = z.infer<typeof InstallationInfo>;

/** The running installation in `home`; undefined where none runs. A few file reads, no network. */
export function installationInfo(home: string): InstallationInfo | undefined {
  const info = readJson(homePaths(home).installation, InstallationInfo);
  return info && isRunning(info.supervisor) ? info : undefined;
}

export function writeInstallationInfo(home: string, reach: Pick<InstallationInfo, 'natsUrl' | 'monitorUrl' | 'natsVersion'>): void {
  const paths = homePaths(home);
  const supervisor = identify(process.pid);
  if (!supervisor) throw new Error('this process cannot identify itself');
  const before = installationInfo(home);
  const startedAt = before?.supervisorPid === process.pid ? before.startedAt : new Date().toISOString();
  writeJson(paths.installation, { v: 1, home: paths.home, ...reach, supervisorPid: process.pid, supervisor, startedAt } satisfies InstallationInfo);
}
