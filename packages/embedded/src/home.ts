// Where an installation keeps its state (AWO_HOME), and where the checkout is.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this file belongs to. */
export const CHECKOUT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));

export interface HomePaths {
  home: string;
  nats: string;
  store: string;
  keys: string;
  logs: string;
  /** One file per process that the supervisor has started. */
  run: string;
  installation: string;
}

export function homePaths(home: string): HomePaths {
  const path = resolve(home);
  return {
    home: path,
    nats: join(path, 'nats'),
    store: join(path, 'nats', 'store'),
    keys: join(path, 'keys'),
    logs: join(path, 'logs'),
    run: join(path, 'run'),
    installation: join(path, 'installation.json'),
  };
}

/** Makes the folders of an installation; keys are for their owner only. */
export function prepareHome(home: string): HomePaths {
  const paths = homePaths(home);
  for (const folder of [paths.home, paths.nats, paths.store, paths.keys, paths.logs, paths.run]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return paths;
}

/** The folders of one server of a cluster; keys and logs are the installation's. */
export function prepareNode(home: string, node: string): HomePaths {
  const paths = prepareHome(home);
  const nats = join(paths.nats, node);
  const store = join(nats, 'store');
  mkdirSync(store, { recursive: true, mode: 0o700 });
  return { ...paths, nats, store };
}

/** The nkey seed of a user. */
export const keyFile = (home: string, user: string): string => join(homePaths(home).keys, `${user}.nk`);
