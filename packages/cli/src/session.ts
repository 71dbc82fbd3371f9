// The installation that a command talks to: where its state lives, and a connection to its bus as `operator`.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBus } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { z } from 'zod';
import type { CliContext } from './context.ts';
import { UnreachableError } from './exit-codes.ts';
import { findHome } from './home.ts';

/** What commands read of installation.json; others may add to it. */
const Installation = z.looseObject({ natsUrl: z.string(), supervisorPid: z.number().int().optional(), jaegerUrl: z.string().optional() });
export type Installation = z.infer<typeof Installation>;

export type Session = { bus: Bus; home: string; installation: Installation };

const CONNECT_TIMEOUT_MS = 3000;

export async function readInstallation(home: string): Promise<Installation> {
  const file = join(home, 'installation.json');
  if (!existsSync(file)) throw new UnreachableError(`Nothing is running: ${file} is not there.`);
  const parsed = Installation.safeParse(parseJson(await readFile(file, 'utf8')));
  if (!parsed.success) throw new UnreachableError(`${file} is damaged: ${parsed.error.issues[0]?.message ?? 'not JSON'}.`, 'Write it anew with: npx awo down; npx awo up');
  return parsed.data;
}

/** Throws UnreachableError when nothing runs there. NATS_URL goes before what the installation says. */
export async function openSession(context: CliContext): Promise<Session> {
  const home = findHome(context);
  const installation = await readInstallation(home);
  const url = context.env['NATS_URL'] ?? installation.natsUrl;
  try {
    const bus = await connectBus({ url, user: 'operator', nkeyFile: join(home, 'keys', 'operator.nk'), name: `cli-${process.pid}`, timeoutMs: CONNECT_TIMEOUT_MS });
    return { bus, home, installation };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new UnreachableError(said, `Its state is in ${home}. Start it with: npx awo up`);
  }
}

/** Opens a session, does the work, closes it in any case. */
export async function withSession<T>(context: CliContext, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(context);
  try {
    return await work(session);
  } finally {
    await session.bus.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
