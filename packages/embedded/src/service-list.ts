// The services of an installation, read from deploy/services.yaml.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TerminalError, Token } from '@awo/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHECKOUT } from './home.ts';

const SERVICES_FILE = join(CHECKOUT, 'deploy', 'services.yaml');

/** Paths are relative to the checkout. */
const path = z.string().transform((value) => resolve(CHECKOUT, value));

/** `basic`: what a Node program needs. `model`: that, and how to reach a model, with its key. `caller`: all that whoever started the installation has. */
export const ServiceEnv = z.enum(['basic', 'model', 'caller']);

const ServiceEntry = z.strictObject({
  name: Token,
  /** Agents stop first, while the tools that they hold still answer. */
  kind: z.enum(['agent', 'tools']),
  main: path,
  replicas: z.number().int().min(0).max(64),
  env: ServiceEnv,
  /** Started only where one of these variables is set: a service that nobody would hear costs nothing. */
  when: z.array(z.string()).min(1).optional(),
  /** Run at the very end of a full stop: ends what the service keeps running on purpose. */
  down: path.optional(),
});
export type ServiceEntry = z.infer<typeof ServiceEntry>;

const ServiceList = z.strictObject({ provisioner: path, services: z.array(ServiceEntry).min(1) });
export type ServiceList = z.infer<typeof ServiceList>;

/** @throws TerminalError `bad-config` that names the file and the place. */
export function readServiceList(file = SERVICES_FILE): ServiceList {
  const parsed = ServiceList.safeParse(parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new TerminalError('bad-config', `${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
