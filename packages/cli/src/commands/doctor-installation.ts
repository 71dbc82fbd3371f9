// awo doctor --installation: is the running installation as it should be? Looks, and changes nothing.
import { existsSync } from 'node:fs';
import { connectBus, monitorUrls } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { installationInfo, keyFile } from '@awo/embedded/running';
import type { CliContext } from '../context.ts';
import { archiveFinding } from '../doctor/archive.ts';
import { declaredFinding, keysFinding, permissionFinding } from '../doctor/declared.ts';
import { fail, looking, ok } from '../doctor/finding.ts';
import type { Finding, Level } from '../doctor/finding.ts';
import { chainFindings, clockFindings } from '../doctor/log.ts';
import { NODE_FLOOR, atLeast, serverFinding, storeFindings, syncFinding } from '../doctor/server.ts';
import { readinessFindings, serviceFindings } from '../doctor/services.ts';
import { verifierFinding } from '../doctor/verifier.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { padEnd } from '../output/columns.ts';
import { print } from '../output/print.ts';
import { mark } from '../output/style.ts';
import type { Mark } from '../output/style.ts';
import { openSession } from '../session.ts';

const MARK_OF: Record<Level, Mark> = { ok: 'passed', warn: 'held', fail: 'failed' };

/** Exit code 3 where nothing runs, 1 where a finding is a failure; warnings alone are 0. */
export async function doctorInstallation(context: CliContext): Promise<ExitCode> {
  const home = findHome(context);
  const found = await examine(context, home);
  const failed = found.filter((one) => one.level === 'fail');
  const warned = found.filter((one) => one.level === 'warn');
  const checks = found.map((one) => ({ ...one, ok: one.level !== 'fail' }));
  await print(context.terminal, context.format, { home, checks }, () => [
    ...found.map(
      (one) => `${mark(context.terminal.style, MARK_OF[one.level])} ${padEnd(one.name, 16)}  ${one.detail}${one.hint ? `\n${' '.repeat(20)}${one.hint}` : ''}`,
    ),
    '',
    failed.length > 0
      ? `${failed.length} of ${found.length} checks did not pass.`
      : warned.length > 0
        ? `Nothing is broken; ${warned.length} of ${found.length} checks ask for a look.`
        : 'Everything is as it should be.',
    context.terminal.style('dim', 'A repository is looked at with: awo doctor --repo PATH'),
  ]);
  if (failed.length === 0) return EXIT.reached;
  return failed.some((one) => one.name === 'bus' || one.name === 'installation') ? EXIT.unreachable : EXIT.endedOtherwise;
}

async function examine(context: CliContext, home: string): Promise<Finding[]> {
  const info = installationInfo(home);
  const { node } = process.versions;
  const first = [
    atLeast(node, NODE_FLOOR) ? ok('node', `Node ${node}`) : fail('node', `Node ${node}`, `Node ${NODE_FLOOR.join('.')} or newer; npm start brings it`),
    info ? ok('installation', `${home}, since ${info.startedAt}`) : fail('installation', `nothing runs in ${home}`, 'npx awo up'),
  ];
  const session = await openSession(context).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (typeof session === 'string')
    return [...first, fail('bus', session, 'npx awo up'), ...(info ? await looking('services', () => serviceFindings(home)) : [])];
  const { bus } = session;
  const url = context.env['NATS_URL'] || info?.natsUrl || '';
  const monitors = info?.monitorUrl ? [info.monitorUrl] : monitorUrls(context.env);
  const reader = await openReader(url, home);
  try {
    const parts = await Promise.all([
      looking('durability', async () => [await syncFinding(monitors, context.env)]),
      looking('store', () => storeFindings(monitors)),
      looking('streams', async () => [await declaredFinding(reader ?? bus)]),
      looking('keys', async () => [keysFinding(home)]),
      looking('permissions', async () => [await permissionFinding(url, home)]),
      looking('clocks', () => clockFindings(bus)),
      looking('chains', () => chainFindings(bus)),
      looking('log', async () => [await verifierFinding(home)]),
      looking('archive', async () => [await archiveFinding(bus)]),
      looking('readiness', () => readinessFindings(home)),
      looking('services', () => (info ? serviceFindings(home) : Promise.resolve([]))),
    ]);
    return [...first, serverFinding(bus), ...parts.flat()];
  } finally {
    await Promise.all([bus.close(), reader?.close()]);
  }
}

/** The observer may list what the operator may not; a server of others may know neither. */
async function openReader(url: string, home: string): Promise<Bus | null> {
  const key = keyFile(home, 'observer');
  if (!existsSync(key)) return null;
  return connectBus({ url, user: 'observer', nkeyFile: key, name: `doctor-reader-${process.pid}`, timeoutMs: 5000 }).catch(() => null);
}
