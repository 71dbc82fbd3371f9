// Faults on one installation, from signal to verified repair: the short ones of `npm run drills`, played by the same code.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision } from '@awo/contracts';
import { startTestInstallation } from '@awo/testing';
import type { TestInstallation } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DRILLS } from '../../deploy/drills/drills/catalogue.ts';
import { play } from '../../deploy/drills/play.ts';
import { setStage, type Stage } from '../../deploy/drills/stage.ts';
import { isGood, storyOf } from '../../deploy/drills/table.ts';
import { awo } from '../support/awo.ts';
import { fewServices } from '../support/few-services.ts';

const NEEDED = ['planner', 'impact', 'test', 'deploy', 'monitor', 'diagnosis', 'toolgate', 'mcp-git', 'mcp-local', 'mcp-tests', 'mcp-metrics'];

const folder = mkdtempSync(join(tmpdir(), 'awo-repair-'));
let installation: TestInstallation;
let stage: Stage;
beforeAll(async () => {
  installation = await startTestInstallation({ servicesFile: fewServices(folder, NEEDED) });
  stage = await setStage(installation.home, installation.natsUrl, () => undefined);
});
afterAll(async () => {
  await stage?.close();
  await installation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const smoke = DRILLS.filter((drill) => drill.smoke);

test.each(smoke)('$name, where $about: found, put right, and not blamed on anything else', async (drill) => {
  const played = await play(drill, stage, drill === smoke[0]);
  const reports = isGood(played) ? [] : await Promise.all(played.goals.map((goal) => stage.report(goal)));
  expect(isGood(played), [storyOf(played), ...reports].join('\n')).toBe(true);
  // The causes are told again from what was recorded, by the same function: nothing that was seen but not kept had a part in them.
  for (const goal of played.goals) {
    const { code, out, err } = await awo(['explain', goal, '--replay'], installation.env);
    expect(code, out + err).toBe(0);
    expect(out).toContain('explain-incident');
  }
  // Nothing is in the patient but that it passes a header on.
  const [noticed] = played.goals;
  if (noticed !== undefined) expect(await callsIn(noticed)).toContain('front -> back');
});

/** Who calls whom, by the traces that the first causes were told from. */
async function callsIn(goal: string): Promise<string[]> {
  const explained: Decision[] = [];
  for await (const { commit } of stage.bus.history(goal))
    explained.push(...commit.events.flatMap((e) => (e.type === 'decision.made' && e.decision.kind === 'explain-incident' ? [e.decision] : [])));
  const { given, facts: [digest = ''] = [] } = explained[0] as Decision;
  const recorded = JSON.parse(given ?? new TextDecoder().decode(await stage.bus.evidence.get(digest))) as {
    bundle: { traces?: { trace: string; span: string; parent: string | null; entity: string }[] };
  };
  const { traces = [] } = recorded.bundle;
  return traces.map((s) => `${traces.find((one) => one.trace === s.trace && one.span === s.parent)?.entity ?? 'nobody'} -> ${s.entity}`);
}

test('what a repair has left in force is shown, and a person takes it back once its cause is mended', async () => {
  // The last drill switched the source of back, which has been mended since.
  const inForce = async () => {
    const { out } = await awo(['ps', '-o', 'json'], installation.env);
    const { environments } = JSON.parse(out) as { environments: { services: { name: string; repairs: string[] }[] }[] };
    return environments.flatMap((e) => e.services).find((s) => s.name === 'back')?.repairs;
  };
  expect(await inForce()).toEqual([expect.stringMatching(/^STOCK_URL is http\S+ in place of http/)]);
  expect((await awo(['ps'], installation.env)).out).toContain('awo rollback SERVICE --env staging --repairs');
  const takeBack = ['rollback', 'back', '--env', 'staging', '--repairs', '--wait'];
  const taken = await awo(takeBack, installation.env);
  expect(taken.code, taken.out + taken.err).toBe(0);
  expect(taken.out).toContain('It goes without the repair.');
  expect(await inForce()).toEqual([]);
  const again = await awo(takeBack, installation.env);
  expect(again).toMatchObject({ code: 1, out: expect.stringContaining('no repair is in force') });
});
