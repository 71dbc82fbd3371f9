// The users of the bus and what each may say and hear, read from the `users` part of bus.yaml.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerminalError } from '@awo/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHECKOUT } from './home.ts';

export const BUS_FILE = join(CHECKOUT, 'deploy', 'nats', 'bus.yaml');

const BusUser = z.strictObject({
  publish: z.array(z.string()),
  subscribe: z.array(z.string()),
  /** Left out: the account that holds the streams, for those who are trusted with it. */
  account: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .optional(),
  /** Answers to requests that reached this user, on top of `publish`. */
  allow_responses: z.strictObject({ max: z.number().int(), expires: z.string() }).optional(),
});
export type BusUser = z.infer<typeof BusUser>;
export type BusUsers = Record<string, BusUser>;
const BusFile = z.object({ users: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), BusUser) });

/** NATS wildcards stand for whole tokens, so `_INBOX_*` must be spelled out: one subject for each user. */
function spellOutInboxes(subject: string, names: string[]): string[] {
  return subject.startsWith('_INBOX_*.') ? names.map((name) => subject.replace('_INBOX_*', `_INBOX_${name}`)) : [subject];
}

/** @throws TerminalError `bad-config` that names the file and the place. */
export function readBusUsers(file = BUS_FILE): BusUsers {
  const parsed = BusFile.safeParse(parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new TerminalError('bad-config', `${file}: ${z.prettifyError(parsed.error)}`);
  const names = Object.keys(parsed.data.users);
  const spelled = (subjects: string[]) => [...new Set(subjects.flatMap((subject) => spellOutInboxes(subject, names)))];
  return Object.fromEntries(
    Object.entries(parsed.data.users).map(([name, user]) => [
      name,
      { ...user, publish: spelled(user.publish), subscribe: spelled([...user.subscribe, `_INBOX_${name}.>`]) },
    ]),
  );
}
