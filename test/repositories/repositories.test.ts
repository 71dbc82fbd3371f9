// Repositories that nobody prepared for this, in three languages and without awo.yaml: released, protected from a bad commit, and from one that fails its tests.
import { readFileSync } from 'node:fs';
import { Commit, LocalEnvironment, localFiles } from '@awo/contracts';
import type { GoalState } from '@awo/contracts';
import { makeRepo, startTestInstallation, waitFor } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awo } from '../support/awo.ts';
import { startTraffic } from '../support/traffic.ts';
import type { Traffic } from '../support/traffic.ts';
import type { ForeignRepository } from './foreign-repository.ts';
import { goService } from './go-service.ts';
import { nodeMonorepo } from './node-monorepo.ts';
import { pythonService } from './python-service.ts';

/** A toolchain that has compiled nothing yet takes its time. */
const FIRST_BUILD_MS = 600_000;

let installation: TestInstallation;
const home = () => installation.env['AWO_HOME'] ?? '';
beforeAll(async () => {
  installation = await startTestInstallation();
});
afterAll(async () => {
  await installation?.stop();
});

/** By the command that anybody types. */
async function release(repo: string, environment: string): Promise<{ code: number | null; state: GoalState }> {
  const { code, out, err } = await awo(['release', '--repo', repo, '--env', environment, '--wait', '-o', 'json'], installation.env);
  const last = out.trim().split('\n').at(-1);
  if (!last) throw new Error(`awo release said nothing but: ${err}`);
  return { code, state: Commit.parse(JSON.parse(last)).state };
}

/** Revision and weight of what serves a service. */
function serving(environment: string, name: string) {
  const { services } = LocalEnvironment.parse(JSON.parse(readFileSync(localFiles(home(), environment).state, 'utf8')));
  return (services.find((service) => service.name === name)?.revisions ?? [])
    .filter(({ desired }) => desired === 'running')
    .map(({ revision, weight, state }) => ({ revision, weight, state }));
}

describe.each([goService, pythonService, nodeMonorepo])('$what', ({ environment, services, files, bad, broken }: ForeignRepository) => {
  let repository: TestRepository;
  let traffic: Traffic;
  beforeAll(() => {
    repository = makeRepo(files);
    traffic = startTraffic(home(), environment, { perSecond: 80 });
  });
  afterAll(() => {
    traffic?.stop();
    repository?.remove();
  });

  test(
    'is released as it is: how it starts, answers and is tested is read from its files',
    async () => {
      const { code, state } = await release(repository.path, environment);
      expect(state.ended).toMatchObject({ outcome: 'done' });
      expect(code).toBe(0);
      for (const service of services) expect(serving(environment, service)).toEqual([{ revision: repository.head, weight: 100, state: 'ready' }]);
      await waitFor(() => services.every((service) => traffic.ok(service) > 150), { what: 'customers of every service', timeoutMs: 30_000 });
      expect(services.map((service) => traffic.failed(service))).toEqual(services.map(() => 0));
    },
    FIRST_BUILD_MS,
  );

  test('a commit whose tests are green, but which fails one request in ten, is undone before most customers meet it', async () => {
    const from = { ok: traffic.ok(bad.service), failed: traffic.failed(bad.service) };
    repository.commitFiles(bad.files);
    const { code, state } = await release(repository.path, environment);
    expect(state.ended).toMatchObject({ outcome: 'rolled-back' });
    expect(code).toBe(1);
    expect(serving(environment, bad.service)).toEqual([{ revision: repository.head, weight: 100, state: 'ready' }]);
    const released = state.steps.filter(({ kind }) => kind === 'start-revision').map(({ id }) => id);
    expect(released).toEqual([`start-${bad.service}`]);
    const [ok, failed] = [traffic.ok(bad.service) - from.ok, traffic.failed(bad.service) - from.failed];
    expect(failed).toBeGreaterThan(0);
    // Without a canary a tenth of all requests would have failed.
    expect(failed / (ok + failed)).toBeLessThan(0.05);
  });

  test('a commit that fails a test reaches no customer, and the test is named', async () => {
    repository.git('checkout', '--quiet', '-B', 'main', repository.head);
    repository.commitFiles(broken.files);
    const { code, state } = await release(repository.path, environment);
    expect(state.ended).toMatchObject({ outcome: 'stopped' });
    expect(state.ended?.because).toContain(broken.names);
    expect(code).toBe(1);
    for (const service of services) expect(serving(environment, service)).toEqual([{ revision: repository.head, weight: 100, state: 'ready' }]);
  });
});
