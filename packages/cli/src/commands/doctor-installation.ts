// awo doctor outside a repository: is the installation as it should be?
import { connectSupervisor, installationInfo } from '@awo/embedded/running';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { padEnd } from '../output/columns.ts';
import { print } from '../output/print.ts';
import { mark } from '../output/style.ts';
import { openSession } from '../session.ts';

type Check = { name: string; ok: boolean; detail: string; hint?: string };
const NODE_FLOOR = [24, 12];
const NATS_FLOOR = [2, 14];
/** The part of /jsz that says how often the server flushes to disk. */
const Jsz = z.object({ config: z.object({ sync_always: z.boolean().optional(), sync_interval: z.number().optional() }).optional() });

/** Exit code 3 where nothing runs, 1 where a check does not pass. */
export async function doctorInstallation(context: CliContext): Promise<ExitCode> {
  const home = findHome(context);
  const info = installationInfo(home);
  const checks: Check[] = [
    {
      name: 'node',
      ok: atLeast(process.versions.node, NODE_FLOOR),
      detail: `Node ${process.versions.node}`,
      hint: `Node ${NODE_FLOOR.join('.')} or newer; npm start brings it`,
    },
    { name: 'installation', ok: info !== undefined, detail: info ? `${home}, since ${info.startedAt}` : `nothing runs in ${home}`, hint: 'npx awo up' },
    await busCheck(context),
    ...(info?.monitorUrl ? [await syncCheck(info.monitorUrl)] : []),
    ...(info ? await serviceChecks(home) : []),
  ];
  const failed = checks.filter((c) => !c.ok);
  await print(context.terminal, context.format, { home, checks }, () => [
    ...checks.map(
      (c) =>
        `${mark(context.terminal.style, c.ok ? 'passed' : 'failed')} ${padEnd(c.name, 14)}  ${c.detail}${c.ok || !c.hint ? '' : `\n${' '.repeat(18)}${c.hint}`}`,
    ),
    '',
    failed.length === 0 ? 'Everything is as it should be.' : `${failed.length} of ${checks.length} checks did not pass.`,
    context.terminal.style('dim', 'A repository is looked at with: awo doctor --repo PATH'),
  ]);
  if (failed.length === 0) return EXIT.reached;
  return failed.some((c) => c.name === 'bus' || c.name === 'installation') ? EXIT.unreachable : EXIT.endedOtherwise;
}

function atLeast(version: string, floor: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  for (const [i, wanted] of floor.entries()) {
    const part = parts[i] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

async function busCheck(context: CliContext): Promise<Check> {
  try {
    const { bus } = await openSession(context);
    const version = bus.nc.info?.version ?? '0';
    await bus.close();
    return {
      name: 'bus',
      ok: atLeast(version, NATS_FLOOR),
      detail: `nats-server ${version} answers`,
      hint: `nats-server ${NATS_FLOOR.join('.')} or newer is needed for timers and guards`,
    };
  } catch (error) {
    return { name: 'bus', ok: false, detail: error instanceof Error ? error.message : String(error), hint: 'npx awo up' };
  }
}

async function syncCheck(monitorUrl: string): Promise<Check> {
  const hint = 'sync_interval: always belongs in the jetstream block: without it a power cut loses what was acknowledged';
  try {
    const response = await fetch(`${monitorUrl}/jsz?config=true`, { signal: AbortSignal.timeout(2000) });
    const { config } = Jsz.parse(await response.json());
    return {
      name: 'durability',
      ok: config?.sync_always === true,
      detail: config?.sync_always ? 'the server flushes every write' : 'the server does not flush every write',
      hint,
    };
  } catch {
    return { name: 'durability', ok: false, detail: `the server's monitoring does not answer at ${monitorUrl}`, hint };
  }
}

async function serviceChecks(home: string): Promise<Check[]> {
  const control = await connectSupervisor(home);
  if (!control) return [{ name: 'supervisor', ok: false, detail: 'does not answer', hint: 'npx awo down; npx awo up' }];
  const { instances, replicas } = await control.status();
  return Object.entries(replicas).map(([service, wanted]) => {
    const own = instances.filter((i) => i.service === service);
    const running = own.filter((i) => i.state === 'up').length;
    const exits = own.flatMap((i) => (i.lastExit ? [`${i.instance}: ${i.lastExit}`] : []));
    return {
      name: service,
      ok: running >= wanted,
      detail: `${running} of ${wanted} up${exits.length > 0 && running < wanted ? `; ${exits.join(', ')}` : ''}`,
      hint: `${home}/logs/${service}.log`,
    };
  });
}
