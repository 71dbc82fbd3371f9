// Other shops than the demo's, drawn from seeds, through the real demo: what the agents decide must follow from what a commit does.
// AWO_VARIANTS=N plays the seeds 1 to N instead of the one below; AWO_VARIANT_SEEDS=3,17 plays those.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@awo/testing';
import { afterEach, expect, test } from 'vitest';
import { readPlayed } from '../../deploy/demo/runner/played.ts';
import { variant } from '../../deploy/demo/variants.ts';

const RUN = join(resolve(import.meta.dirname, '../..'), 'deploy', 'demo', 'run.ts');
/** Slow replies; the demo itself has the errors, and `test/repositories` more of them. A demo costs two minutes of a core. */
const USUAL = [14];
const LIMIT_MS = 600_000;

let running: ChildProcess | undefined;
const cleanUp: (() => void)[] = [];

afterEach(async () => {
  if (running && running.exitCode === null && running.signalCode === null) {
    const ended = once(running, 'exit');
    running.kill('SIGTERM');
    await ended;
  }
  for (const step of cleanUp.splice(0)) step();
});

function seeds(): number[] {
  const { AWO_VARIANTS: many, AWO_VARIANT_SEEDS: named } = process.env;
  if (named) return named.split(',').map(Number);
  return many ? Array.from({ length: Number(many) }, (_, n) => n + 1) : USUAL;
}

test.each(seeds().map(variant))(
  'seed $seed: where $fault.how, the verdicts follow from the commits, since nothing in the code knows the answer',
  async ({ seed, expected, fault }) => {
    const { path: home, remove } = temporaryFolder(`variant-${seed}`);
    cleanUp.push(remove);
    const env: NodeJS.ProcessEnv = { ...process.env, AWO_HOME: home, CI: 'true' };
    for (const name of ['NATS_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT']) delete env[name];
    running = spawn(process.execPath, [RUN, '--once', '--variant', String(seed)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [running.stdout, running.stderr]) stream?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const [code] = (await once(running, 'close')) as [number | null];
    expect(code, said).toBe(0);
    const played = await readPlayed(join(home, 'demo', 'played.json'));
    expect(Object.fromEntries(played?.releases.map(({ ref, outcome }) => [ref, outcome]) ?? []), said).toEqual(expected);
    const [cost] = played?.releases.find(({ ref }) => ref === fault.change.ref)?.exposures ?? [];
    expect(cost?.newRequests, said).toBeGreaterThan(0);
    if (fault.kind === 'errors') expect(cost?.customersWithErrors, said).toBeGreaterThan(0);
  },
  LIMIT_MS,
);
