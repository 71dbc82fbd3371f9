// A goal that was replaced as a whole, by another with a valid chain: every way of looking says so, because it was signed before.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VerifierState } from '@awo/contracts';
import { waitFor } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordedRelease } from './testing/recorded-release.ts';
import { realBus } from './testing/real-bus.ts';

const GOAL = 'g7k2m9q4xw0';
const VERIFIER = join(import.meta.dirname, '../../../services/verifier/src/main.ts');

let stage: Awaited<ReturnType<typeof realBus>>;
let verifier: ChildProcess;
beforeAll(async () => {
  stage = await realBus();
  await stage.record(recordedRelease({ goal: GOAL }));
  const env = { ...stage.env, AWO_NKEY_FILE: join(stage.home, 'keys', 'verifier.nk'), AWO_VERIFY_EVERY_S: '0.1', AWO_LOG_LEVEL: 'silent' };
  verifier = spawn(process.execPath, [VERIFIER], { env: { PATH: process.env['PATH'], ...env }, stdio: 'ignore' });
});
afterAll(async () => {
  const exited = once(verifier, 'exit');
  verifier.kill('SIGTERM');
  await exited;
  await stage.stop();
});

function state(): VerifierState | null {
  const file = join(stage.home, 'verifier', 'state.json');
  return existsSync(file) ? VerifierState.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

test('a goal is as it was signed until it is replaced; then log, ps and doctor name it', async () => {
  await waitFor(() => (state()?.looks ?? 0) > 0, { what: 'the verifier to have signed the goal' });
  expect((await stage.awo(['log', GOAL, '--verify'])).out).toMatch(/hash chain is unbroken.*all of them are as they were signed/);
  expect((await stage.awo(['doctor', '--installation'])).out).toMatch(/log +walked up to \d+; 1 goals are as they were signed/);

  await (await stage.as('provisioner')).jsm.streams.purge('GOALS', { filter: `awo.log.${GOAL}.>` });
  await stage.record(recordedRelease({ goal: GOAL }));
  // It may look while only some of the false commits are there.
  await waitFor(() => (state()?.violations.length ?? 0) > 0, { what: 'the verifier to find it' });

  const { code, out } = await stage.awo(['log', GOAL, '--verify']);
  expect(code).toBe(1);
  expect(out).toMatch(/other-commit: commit \d+ has sequence \d+, \d+ was signed/);
  expect((await stage.awo(['ps'])).out).toMatch(new RegExp(`The log is not what it was: ${GOAL}, commit \\d+ \\(sequence`));
  expect(JSON.parse((await stage.awo(['ps', '-o', 'json'])).out)).toMatchObject({
    logViolations: [{ goal: GOAL, what: expect.stringMatching(/^(other-commit|missing-commits)$/) }],
  });
  const doctor = await stage.awo(['doctor', '--installation']);
  expect(doctor.out).toMatch(new RegExp(`log +${GOAL}, commit`));
  expect(doctor.code).not.toBe(0);
});
