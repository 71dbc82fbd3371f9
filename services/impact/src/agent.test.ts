// Tests of agent in impact.
import type { StepContext } from '@awo/agent';
import { Planned, type Capability, type GoalState, type Reach } from '@awo/contracts';
import { expect, test } from 'vitest';
import { reportImpact } from './assess-impact/act.ts';
import { decideImpact } from './assess-impact/decide.ts';
import { gatherChange } from './assess-impact/gather.ts';
import { impact } from './agent.ts';
import { decideRelay, gatherNothing, passOn } from './relay/relay.ts';

const planned = Planned.parse({ repo: '/shop', head: 'b'.repeat(40), base: 'a'.repeat(40), subject: 'Blue', environment: 'production', targets: [] });
const reach: Reach = {
  base: planned.base,
  head: planned.head,
  files: [{ path: 'style.css', status: 'modified', kind: 'style', unit: '.', addedLines: 1, deletedLines: 1, semantic: 'file', symbols: [] }],
  filesTotal: 1,
  units: [
    {
      id: '.',
      kind: 'npm',
      change: 'direct',
      fileKinds: ['style'],
      risk: 'low',
      reasons: [{ kind: 'changed-file', from: 'style.css', to: '.', at: 'style.css:1', confidence: 1, text: 'style file modified' }],
    },
  ],
  strategy: { kind: 'full', because: 'test' },
  fallback: null,
  dead: [],
  graph: { files: 1, edges: 0, parsed: 1, fromCache: 0, ms: 1 },
};
const model = { units: [{ id: '.', name: 'web' }], services: [{ name: 'web', unit: '.' }], suites: [], environments: [], findings: [] };

/** A step's context with answers by capability, that keeps what was asked and stored. */
function context(planOutput: object | undefined, stored: unknown[] = [], asked: unknown[] = []): StepContext {
  const answers: Record<string, unknown> = { 'vcs.reach': reach, 'vcs.describe': model };
  const call = async ({ name }: Capability, args: unknown): Promise<unknown> => {
    asked.push([name, args]);
    return answers[name];
  };
  const state = { id: 'g0000000000', steps: [{ id: 'plan', kind: 'plan', status: 'passed', output: planOutput }] } as unknown as GoalState;
  const putEvidence = async (content: unknown): Promise<string> => `sha256:${String(stored.push(content)).padStart(64, '0')}`;
  return { state, call, putEvidence } as unknown as StepContext;
}

test('facts come from the plan, the reach and the model of the new revision', async () => {
  const asked: unknown[] = [];
  const facts = await gatherChange(context(planned, [], asked));
  expect(asked).toEqual([
    ['vcs.describe', { repo: '/shop', sha: planned.head }],
    ['vcs.reach', { repo: '/shop', base: planned.base, head: planned.head }],
  ]);
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
});

test('the verdict is the output and the whole reach is the evidence', async () => {
  const stored: unknown[] = [];
  const ctx = context(planned, stored);
  const facts = await gatherChange(ctx);
  expect(await reportImpact(ctx, decideImpact(facts), facts)).toMatchObject({
    kind: 'passed',
    output: { kind: 'style', services: ['web'], risk: 'low' },
    evidence: [`sha256:${'1'.padStart(64, '0')}`],
  });
  expect(stored).toEqual([reach]);
});

test('a goal whose plan step has said nothing cannot be assessed, and trying again would not help', async () => {
  await expect(gatherChange(context(undefined))).rejects.toMatchObject({ name: 'TerminalError', code: 'bad-message' });
});

test('a relay step passes at once', async () => {
  expect(Object.keys(impact.steps)).toEqual(['assess-impact', 'relay']);
  const ctx = context(planned);
  expect(await passOn(ctx, decideRelay(await gatherNothing(ctx)))).toEqual({ kind: 'passed', output: {} });
});
