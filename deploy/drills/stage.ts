// Where drills are played: an installation, the patient released into staging, and customers who go on coming.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, connectBus } from '@awo/bus';
import { type GoalState, rolloutStatus, type ServiceStatus, subjects } from '@awo/contracts';
import { CHECKOUT, connectSupervisor, keyFile } from '@awo/embedded';
import { callTool } from '@awo/tools';
import { hasOpenssl } from './certificate.ts';
import { type Customers, startCustomers } from './customers.ts';
import type { Hands } from './drills/drill.ts';
import { withoutModel } from './model/environment.ts';
import { makePatient, type Patient } from './patient.ts';

const MAIN = join(CHECKOUT, 'packages', 'cli', 'src', 'main.ts');
const ENVIRONMENT = 'staging';
/** The monitor leaves the last 15 s out of what is usual. */
const CALM_MS = 17_000;
const PATIENCE_MS = 120_000;

export type Stage = {
  bus: Bus;
  patient: Patient;
  customers: Customers;
  hands: Hands;
  /** Which of the two places the stock is read from now, and where the journal is: repairs move them. */
  settle: () => Promise<void>;
  remediations: (since: number) => Promise<GoalState[]>;
  /** What `awo incident` says of a goal. */
  report: (goal: string) => Promise<string>;
  close: () => Promise<void>;
};

/** `home`: of a running installation. Throws where the patient cannot be released. */
export async function setStage(home: string, natsUrl: string, say: (line: string) => void): Promise<Stage> {
  const bus = await connectBus({ url: natsUrl, user: 'operator', nkeyFile: keyFile(home, 'operator'), name: 'drills' });
  const patient = await makePatient(join(home, 'drills'), { secure: hasOpenssl() });
  const release: Hands['release'] = async (version, { failsAfterMs, service, wait = true } = {}) => {
    patient.commit(failsAfterMs === undefined ? { version } : { version, failsAfterMs });
    const { code, said } = await awo(home, [
      'release',
      ...(service ? [service] : []),
      '--repo',
      patient.repo,
      '--env',
      ENVIRONMENT,
      ...(wait ? ['--wait'] : []),
    ]);
    if (code !== 0) throw new Error(`version ${version} could not be released: ${said.trim().split('\n').slice(-6).join('\n')}`);
  };
  say('Releasing the patient: front, which asks back, which asks its stock.');
  await release('v1.1');
  const front = (await statusIn(bus)).find((s) => s.name === 'front');
  const customers = startCustomers(front?.address ?? '');
  let crowd: Customers | null = null;
  const stage: Stage = {
    bus,
    patient,
    customers,
    hands: {
      patient,
      release,
      signal: async (body) => void (await bus.js.publish(subjects.signal('drill', 'alert'), JSON.stringify(body))),
      untilFailing: async () => {
        for (const from = Date.now(); customers.visits.slice(-10).every((v) => v.ok); await sleep(100))
          if (Date.now() - from > 60_000) throw new Error('no customer got an error within a minute of the fault');
      },
      crowd: (perSecond) => {
        crowd?.stop();
        crowd = perSecond === 0 ? null : startCustomers(front?.address ?? '', perSecond, '/sale');
      },
      severalProcesses: async () => {
        const serving = async () => (await statusIn(bus)).find((s) => s.name === 'back')?.revisions.find((r) => r.weight > 0)?.serving ?? [];
        const since = Date.now();
        const open = async () => (await stage.remediations(since)).some((g) => !g.ended);
        // A sale makes a repair scale it; what that was about has to be over before anything else is done to it.
        if ((await serving()).length < 2) stage.hands.crowd(90);
        await until('back runs as several processes', async () => (await serving()).length >= 2);
        await until('the repair has ended', async () => !(await open()));
        stage.hands.crowd(0);
        const calmSince = Date.now();
        await until('back is well', async () => {
          const recent = customers.visits.filter((v) => v.at > Date.now() - CALM_MS);
          return Date.now() - calmSince > CALM_MS && !(await open()) && recent.every((v) => v.ok && v.ms < 350);
        });
        return (await serving()).at(-1)?.port ?? 0;
      },
      reject: async (goal, because) => {
        const { code, said } = await awo(home, ['reject', goal, '--because', because]);
        if (code !== 0) throw new Error(`nobody could say no to ${goal}: ${said.trim()}`);
      },
      blind: async (ms) => {
        const pid = await measurerOf(home);
        process.kill(pid, 'SIGSTOP');
        setTimeout(() => process.kill(pid, 'SIGCONT'), ms);
      },
    },
    settle: async () => {
      const sources = (await statusIn(bus)).find((s) => s.name === 'back')?.sources ?? [];
      const present = sources.find((s) => s.variable === 'STOCK_URL')?.address;
      if (present === patient.standby.address) [patient.primary, patient.standby] = [patient.standby, patient.primary];
      patient.spool = sources.find((s) => s.variable === 'SPOOL_DIR')?.address ?? patient.spool;
    },
    remediations: async (since) =>
      (await bus.goals())
        .map((head) => head.commit.state)
        .filter((s) => s.spec.kind === 'remediate' && s.spec.environment === ENVIRONMENT && Date.parse(s.acceptedAt) >= since)
        .toSorted((a, b) => a.acceptedAt.localeCompare(b.acceptedAt)),
    report: async (goal) => (await awo(home, ['incident', goal, '-o', 'md'])).said,
    close: async () => {
      customers.stop();
      crowd?.stop();
      await sleep(100);
      await patient.close();
      await bus.close();
    },
  };
  return stage;
}

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  for (const from = Date.now(); !(await is()); await sleep(250)) if (Date.now() - from > PATIENCE_MS) throw new Error(`not within two minutes: ${what}`);
}

async function awo(home: string, args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...withoutModel(process.env), AWO_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

/** mcp-local, by what the supervisor knows. */
async function measurerOf(home: string): Promise<number> {
  const status = await (await connectSupervisor(home))?.status();
  const pid = status?.instances.find((i) => i.instance.startsWith('mcp-local'))?.pid;
  if (!pid) throw new Error('mcp-local does not run in this installation');
  return pid;
}

const statusIn = async (bus: Bus): Promise<ServiceStatus[]> => (await callTool(bus, rolloutStatus, { environment: ENVIRONMENT })).services;
