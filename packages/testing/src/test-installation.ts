// A whole installation for a test: nats-server and every service as real processes in a temporary AWO_HOME.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { connectBus } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { homePaths, keyFile, startInstallation, stopInstallation } from '@awo/embedded';
import type { Installation, StartOptions } from '@awo/embedded';
import { temporaryFolder } from './temporary-folder.ts';

export interface TestInstallation extends Installation {
  /** A bus for a user of bus.yaml; closed by `stop`. */
  as(user: string): Promise<Bus>;
  /** Environment for an `awo` process that talks to this installation. */
  env: NodeJS.ProcessEnv;
  /** The last lines of each log, for the message of a failed test. */
  logs(linesEach?: number): string;
  stop(): Promise<void>;
}

export async function startTestInstallation(options: Partial<Pick<StartOptions, 'servicesFile' | 'env'>> = {}): Promise<TestInstallation> {
  const folder = temporaryFolder('installation');
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env, AWO_HOME: folder.path };
  delete env['NATS_URL'];
  const open: Bus[] = [];
  const logs = (linesEach = 15) => {
    const place = homePaths(folder.path).logs;
    const last = (name: string) => readFileSync(join(place, name), 'utf8').trim().split('\n').slice(-linesEach).join('\n');
    return readdirSync(place)
      .map((name) => `--- ${name}\n${last(name)}`)
      .join('\n');
  };
  const said: string[] = [];
  let installation: Installation;
  try {
    installation = await startInstallation(folder.path, {
      env,
      ports: 'any',
      servicesFile: options.servicesFile,
      report: (progress) => said.push(progress.text),
    });
    const late = said.find((text) => text.startsWith('Not up yet'));
    if (late) throw new Error(`${late}\n${logs()}`);
  } catch (error) {
    await stopInstallation(folder.path, { env });
    folder.remove();
    throw error;
  }
  return {
    ...installation,
    env,
    logs,
    as: async (user) => {
      const bus = await connectBus({ url: installation.natsUrl, user, nkeyFile: keyFile(folder.path, user), name: `${user}-test` });
      open.push(bus);
      return bus;
    },
    stop: async () => {
      await Promise.all(open.map((bus) => bus.close()));
      await stopInstallation(folder.path, { env });
      folder.remove();
    },
  };
}
