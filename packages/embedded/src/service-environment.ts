// The environment that a service process is started with. Pure but for one look whether a key is there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { CHECKOUT, homePaths, keyFile } from './home.ts';
import type { ServiceEnv } from './service-list.ts';

/** What a Node program needs; nothing that could be a secret of the caller. */
const BASIC =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TERM|SSL_CERT_(FILE|DIR)|NODE_(EXTRA_CA_CERTS|OPTIONS|ENV|USE_ENV_PROXY)|(https?|no)_proxy|OTEL_\w+|AWO_\w+)$/i;

/** A key that costs money: for who asks alone. */
const MODEL = /^AWO_MODEL/i;

export interface EnvironmentInput {
  home: string;
  natsUrl: string;
  /** Where the server tells how it is set up; null for a server of others, whose monitoring the caller may name. */
  monitorUrl?: string | null;
  user: string;
  instance: string;
  env: z.infer<typeof ServiceEnv>;
  caller: NodeJS.ProcessEnv;
}

export function serviceEnvironment({ home, natsUrl, monitorUrl, user, instance, env, caller }: EnvironmentInput): NodeJS.ProcessEnv {
  const needed = (name: string): boolean => BASIC.test(name) && (env === 'model' || !MODEL.test(name));
  const given = env === 'caller' ? caller : Object.fromEntries(Object.entries(caller).filter(([name]) => needed(name)));
  const key = keyFile(home, user);
  return {
    ...given,
    // Node keeps the stripped TypeScript here: the difference between 0.6 s and 0.3 s for a service.
    NODE_COMPILE_CACHE: join(CHECKOUT, '.tools', 'compile-cache'),
    AWO_HOME: homePaths(home).home,
    NATS_URL: natsUrl,
    ...(monitorUrl ? { AWO_NATS_MONITOR: monitorUrl } : {}),
    AWO_USER: user,
    AWO_INSTANCE: instance,
    // A server of others (NATS_URL) may know its users otherwise.
    ...(existsSync(key) ? { AWO_NKEY_FILE: key } : {}),
  };
}
