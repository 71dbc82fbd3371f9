// The installation that a command talks to: where its state lives, and a connection to its bus as `operator`.
import { existsSync } from 'node:fs';
import { withArchive } from '@awo/archive/reading';
import { connectBus } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { keyFile } from '@awo/embedded/running';
import { addressOf } from './address.ts';
import type { CliContext } from './context.ts';
import { UnreachableError } from './exit-codes.ts';
import { findHome } from './home.ts';

export type Session = { bus: Bus; home: string };

const CONNECT_TIMEOUT_MS = 3000;

/** Throws UnreachableError when nobody answers there. */
export async function openSession(context: CliContext): Promise<Session> {
  const home = findHome(context);
  const url = addressOf(context, home);
  const key = context.env['AWO_NKEY_FILE'] ?? keyFile(home, 'operator');
  try {
    const bus = await connectBus({
      url,
      user: 'operator',
      nkeyFile: existsSync(key) ? key : undefined,
      name: `cli-${process.pid}`,
      timeoutMs: CONNECT_TIMEOUT_MS,
    });
    return { bus: withArchive(bus), home };
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
