// awo restore: a backup into an empty home, checked chain by chain.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { connectBus } from '@awo/bus';
import { connectSupervisor, findNatsServer, keyFile, readBusUsers, startNatsServer } from '@awo/embedded';
import { readBackup } from '../backup/manifest.ts';
import { bringKey, checkRestored, handOver, putStreamsBack, untilOld } from '../backup/put-back.ts';
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { print } from '../output/print.ts';
import { bytes, count, duration } from '../output/quantities.ts';
import { mark } from '../output/style.ts';
import { violationWords } from '../verifier-view.ts';
import { paceOf } from './backup.ts';

export type RestoreOptions = { from: string; inFlight: 'hand-over' | 'go-on' };

/** Exit code 1 where a chain is not what was signed: everything is put back all the same, and named. */
export async function restore(context: CliContext, { from, inFlight }: RestoreOptions): Promise<ExitCode> {
  const { terminal, format, cwd } = context;
  const home = findHome(context);
  const folder = resolve(cwd, from);
  const manifest = await readBackup(folder);
  if (await connectSupervisor(home)) throw new RefusedError(`An installation runs in ${home}.`, 'Restore into an empty home: --home NEW');
  const key = await bringKey(home, folder, manifest);
  const server = await serverFor(context, home);
  const as = (user: string) => connectBus({ url: server.url, user, nkeyFile: keyOf(home, user), name: `restore-${process.pid}`, timeoutMs: 30_000 });
  const [provisioner, operator] = await Promise.all([as('provisioner'), as('operator')]);
  try {
    const report = ({ config, state }: (typeof manifest.streams)[number]) =>
      terminal.err(terminal.style('dim', `${config.name}: ${count(state.messages)} messages, ${bytes(state.bytes)}`));
    const into = { provisioner, operator, home, folder, manifest, report };
    const started = performance.now();
    await putStreamsBack(into);
    const tookMs = performance.now() - started;
    const checked = await checkRestored(into, key);
    const checkedInMs = performance.now() - started - tookMs;
    await untilOld(checked);
    if (inFlight === 'hand-over') await handOver(into, checked.open);
    const stored = manifest.streams.reduce((sum, { state }) => sum + state.bytes, 0);
    const ok = checked.problems.length === 0;
    const data = { home, at: manifest.at, ok, ...checked, inFlight, storedBytes: stored, tookMs: Math.round(tookMs), checkedInMs: Math.round(checkedInMs) };
    await print(terminal, format, data, () => [
      `${manifest.streams.length} streams, ${bytes(stored)}, in ${duration(tookMs)}${paceOf(stored, tookMs)}, as of ${manifest.at}`,
      ...checked.problems.map((one) => `${mark(terminal.style, 'failed')} ${violationWords(one)}`),
      ...(ok
        ? [
            `${mark(terminal.style, 'passed')} ${count(checked.goals)} goals, ${count(checked.commits)} commits: every chain and fold fits; ${count(checked.signed)} goals are as they were signed. Checked in ${duration(checkedInMs)}.`,
          ]
        : []),
      ...(checked.open.length > 0
        ? [`${count(checked.open.length)} goals were under way: ${inFlight === 'go-on' ? 'they go on' : 'each has ended as needs-human; see awo ps'}.`]
        : []),
      'Start it: awo up',
    ]);
    return ok ? EXIT.reached : EXIT.endedOtherwise;
  } finally {
    await Promise.all([provisioner.close(), operator.close()]);
    await server.stop();
  }
}

/** Servers of others may have no users. */
const keyOf = (home: string, user: string) => (existsSync(keyFile(home, user)) ? keyFile(home, user) : undefined);

/** NATS_URL, or a server of its own for as long as it takes. */
async function serverFor({ env, terminal, signal }: CliContext, home: string): Promise<{ url: string; stop: () => Promise<void> }> {
  if (env['NATS_URL']) return { url: env['NATS_URL'], stop: () => Promise.resolve() };
  const report = ({ text }: { text: string }) => terminal.err(terminal.style('dim', text));
  const binary = await findNatsServer({ env: { ...env }, report, signal });
  return startNatsServer({ home, binary: binary.path, users: readBusUsers(), report });
}
