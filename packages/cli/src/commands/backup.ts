// awo backup: every stream and bucket, what was signed of the log, and the key, into one folder.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { connectBus } from '@awo/bus';
import { keyFile } from '@awo/embedded/running';
import { takeBackup } from '../backup/take-backup.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { print } from '../output/print.ts';
import { bytes, count, duration } from '../output/quantities.ts';
import { addressOf } from '../address.ts';

export type BackupOptions = { to: string; key: boolean };

const GIGABYTE = 1e9;

/** Goals go on meanwhile. Times are shown per GB of what the streams hold, so that a large one can be foreseen. */
export async function backup(context: CliContext, { to, key: withKey }: BackupOptions): Promise<ExitCode> {
  const { terminal, format, cwd } = context;
  const home = findHome(context);
  const folder = resolve(cwd, to);
  const url = addressOf(context, home);
  const nkey = keyFile(home, 'backup');
  const bus = await connectBus({ url, user: 'backup', nkeyFile: existsSync(nkey) ? nkey : undefined, name: `backup-${process.pid}` });
  const started = performance.now();
  try {
    const { at, streams } = await takeBackup(bus, {
      home,
      folder,
      withKey,
      now: new Date(),
      report: ({ config, state }) => terminal.err(terminal.style('dim', `${config.name}: ${count(state.messages)} messages, ${bytes(state.bytes)}`)),
    });
    const tookMs = performance.now() - started;
    const stored = streams.reduce((sum, { state }) => sum + state.bytes, 0);
    const written = streams.reduce((sum, one) => sum + one.bytes, 0);
    const data = { folder, at, streams: streams.length, storedBytes: stored, writtenBytes: written, tookMs: Math.round(tookMs), withKey };
    await print(terminal, format, data, () => [
      `${streams.length} streams, ${bytes(stored)}, in ${duration(tookMs)}${paceOf(stored, tookMs)}; ${bytes(written)} in ${folder}`,
      withKey ? 'It holds the key that signs: keep it as you keep that.' : 'The key that signs is not in it: keys/installation.pem has to be kept apart.',
      `Put it back: awo restore --from ${to} --home NEW`,
    ]);
    return EXIT.reached;
  } finally {
    await bus.close();
  }
}

/** Less than a tenth of a GB says nothing of a whole one. */
export const paceOf = (stored: number, tookMs: number): string => (stored < GIGABYTE / 10 ? '' : ` (${duration(tookMs / (stored / GIGABYTE))} per GB)`);
