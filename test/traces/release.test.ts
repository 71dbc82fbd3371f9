// The trace of a whole release as a real OTLP receiver gets it: edges, attributes, and what must not be in it.
import { Commit } from '@awo/contracts';
import type { GoalState } from '@awo/contracts';
import { ATTR, SPAN } from '@awo/telemetry';
import { makeRepo, spanReceiver, startTestInstallation, waitFor } from '@awo/testing';
import type { ReceivedSpan, SpanReceiver, TestInstallation, TestRepository } from '@awo/testing';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { awo } from '../support/awo.ts';
import { greeter } from '../support/services.ts';
import { spanTree } from '../support/span-tree.ts';
import type { SpanTree } from '../support/span-tree.ts';
import { startTraffic } from '../support/traffic.ts';

/** What `awo trace -o json` prints. */
type Drawn = { name: string; detail: string; children: Drawn[] };
const Drawn: z.ZodType<Drawn> = z.lazy(() => z.object({ name: z.string(), detail: z.string(), children: z.array(Drawn) }));
const flat = (span: Drawn): Drawn[] => [span, ...span.children.flatMap(flat)];

const SECRET = 'correct-horse-battery-staple';
const STANDARD = { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab', OTEL_SERVICE_NAME: 'checkout' };
const PUBLISHED = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

let receiver: SpanReceiver;
let installation: TestInstallation;
let repository: TestRepository;
/** The release of a second revision, so that there is a canary with many looks. */
let commits: Commit[];
let state: GoalState;
let tree: SpanTree;
let published: { goal: string };
let drawn: Drawn;

beforeAll(async () => {
  receiver = await spanReceiver();
  repository = makeRepo(greeter());
  installation = await startTestInstallation({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, ...STANDARD, SHOP_PASSWORD: SECRET } });
  const { env } = installation;
  const traffic = startTraffic(env['AWO_HOME'] ?? '', 'production', { perSecond: 120 });
  try {
    expect((await awo(['release', '--repo', repository.path, '--wait'], env)).code).toBe(0);
    await waitFor(() => traffic.ok('greeter') > 200, { what: 'customers', timeoutMs: 30_000 });
    repository.commitFiles(greeter({ greeting: 'Good day' }));
    const { out, err, code } = await awo(['release', '--repo', repository.path, '--wait', '-o', 'json'], env);
    expect(code, err).toBe(0);
    commits = out
      .trim()
      .split('\n')
      .map((line) => Commit.parse(JSON.parse(line)));
    state = (commits.at(-1) as Commit).state;
  } finally {
    traffic.stop();
  }
  drawn = Drawn.parse(JSON.parse((await awo(['trace', state.id, '-o', 'json'], env)).out));
  published = await publishGoal(installation, repository.path);
  expect((await awo(['watch', published.goal], env)).code).toBe(0);
  // Ends every process: what they have not sent by then is lost.
  await installation.stop();
  const intake = receiver.spans().find((span) => span.name === SPAN.intake && span.attributes[ATTR.goal] === state.id);
  tree = spanTree(receiver.trace(intake?.traceId ?? ''));
});

afterAll(async () => {
  await installation?.stop();
  await receiver?.stop();
  repository?.remove();
});

async function publishGoal({ as }: TestInstallation, repo: string): Promise<{ goal: string }> {
  const { nc } = await as('publisher');
  const hdrs = headers();
  hdrs.set('traceparent', `00-${PUBLISHED.traceId}-${PUBLISHED.spanId}-01`);
  const answer = await nc.request('awo.goals.assess', JSON.stringify({ repo }), { timeout: 10_000, headers: hdrs });
  return answer.json<{ goal: string }>();
}

const step = (span: ReceivedSpan) => String(span.attributes[ATTR.step]);
const names = (spans: ReceivedSpan[]) => spans.map(({ name }) => name);
/** The span of a step's first look. */
const stepSpan = (id: string) => tree.spans.find((span) => span.name.startsWith('invoke_agent') && step(span) === id && span.attributes[ATTR.look] === 1);

test('every span of the goal is in one trace, so that one link shows the whole release', () => {
  const ofGoal = receiver.spans().filter((span) => span.attributes[ATTR.goal] === state.id);
  expect(new Set(ofGoal.map((span) => span.traceId)).size).toBe(1);
});

test('the root is the intake, and no span is without its parent', () => {
  expect(tree.roots.map(({ name, service, parentSpanId }) => ({ name, service, parentSpanId }))).toEqual([
    { name: SPAN.intake, service: 'awo-planner', parentSpanId: '' },
  ]);
});

test('every step that was carried out has its agent’s span, with gather, decide and act below it', () => {
  const carriedOut = state.steps.filter(({ status }) => status !== 'skipped' && status !== 'cancelled');
  expect(carriedOut.length).toBeGreaterThan(8);
  for (const { id, role, kind } of carriedOut) {
    const span = stepSpan(id);
    expect(span, id).toMatchObject({
      name: SPAN.invokeAgent(role),
      service: `awo-${role}`,
      attributes: { [ATTR.operation]: 'invoke_agent', [ATTR.agentName]: role, [ATTR.stepKind]: kind, [ATTR.goal]: state.id },
    });
  }
  for (const span of tree.named(/^invoke_agent /)) {
    const phases = tree.childrenOf(span).filter(({ name }) => !name.startsWith('invoke_agent'));
    expect(names(phases), step(span)).toEqual([SPAN.gather, SPAN.decide, SPAN.act]);
  }
});

test('a step hangs below the one that handed it over: the trace travels in the commits', () => {
  const last = (id: string) => tree.named(/^invoke_agent /).findLast((span) => step(span) === id);
  expect(tree.parentOf(stepSpan('plan') as ReceivedSpan)?.name).toBe(SPAN.intake);
  const edges: [string, string][] = [
    ['assess-impact', 'plan'],
    ['refine-plan', 'assess-impact'],
    ['run-tests', 'refine-plan'],
    ['judge-health', 'refine-plan'],
    ['start-greeter', 'choose-strategy'],
    ['conclude', 'promote-greeter'],
  ];
  for (const [id, from] of edges) expect(step(tree.parentOf(stepSpan(id) as ReceivedSpan) as ReceivedSpan), id).toBe(from);
  // Of two steps side by side, the one that ends last hands over.
  expect(['run-tests', 'judge-health']).toContain(step(tree.parentOf(stepSpan('choose-strategy') as ReceivedSpan) as ReceivedSpan));
  expect(tree.above(last('conclude') as ReceivedSpan).length).toBeLessThan(20);
});

test('a watch with many looks stays flat: all looks hang side by side below the shift that began it', () => {
  const watch = state.steps.find(({ kind }) => kind === 'watch-rollout');
  const looks = tree.named(SPAN.invokeAgent('monitor')).filter((span) => step(span) === watch?.id);
  expect(looks.length).toBeGreaterThan(2);
  expect(new Set(looks.map((look) => look.parentSpanId)).size).toBe(1);
  expect(looks.map((look) => look.attributes[ATTR.look]).toSorted((a, b) => Number(a) - Number(b))).toEqual(looks.map((_, n) => n + 1));
  expect(tree.parentOf(looks[0] as ReceivedSpan)).toMatchObject({ name: SPAN.invokeAgent('deploy'), attributes: { [ATTR.stepKind]: 'shift-traffic' } });
});

test('a tool call goes agent, toolgate, tool server in three spans of three processes, also where several run at a time', () => {
  const calls = tree.named(/^execute_tool /);
  expect(calls.length).toBeGreaterThan(20);
  for (const call of calls) {
    const tool = String(call.attributes[ATTR.toolName]);
    expect(call.attributes[ATTR.operation]).toBe('execute_tool');
    expect([SPAN.gather, SPAN.act]).toContain(tree.parentOf(call)?.name);
    const [gate, ...more] = tree.childrenOf(call);
    expect({ ...gate, more }, tool).toMatchObject({ name: SPAN.gate(tool), service: 'awo-toolgate', more: [] });
    const served = tree.childrenOf(gate as ReceivedSpan);
    expect(names(served)).toEqual([SPAN.callTool(tool)]);
    expect(served[0]).toMatchObject({ service: expect.stringMatching(/^awo-mcp-/) as string, attributes: { [ATTR.mcpMethod]: 'tools/call' } });
  }
  const together = tree.named(SPAN.gather).map((gather) => tree.childrenOf(gather));
  expect(together.some(([a, b]) => a && b && b.startMs < a.endMs)).toBe(true);
});

test('a call hangs below the phase that asked for it: looking below gather, carrying the decision out below act', () => {
  const shift = tree.named('execute_tool traffic.set').find((span) => step(span).startsWith('shift-')) as ReceivedSpan;
  expect(tree.parentOf(shift)?.name).toBe(SPAN.act);
  expect(tree.parentOf(tree.named('execute_tool observe.traffic')[0] as ReceivedSpan)?.name).toBe(SPAN.gather);
});

test('a decision is on its span: kind, reason, what was rejected, which checks there were', () => {
  const decisions = tree.named(SPAN.decide);
  for (const { attributes } of decisions) {
    expect(attributes[ATTR.decisionKind]).toMatch(/^[a-z-]+$/);
    expect(attributes[ATTR.decisionBecause]).toMatch(/^[a-z-]+$/);
    expect(attributes).toHaveProperty([ATTR.decisionRejected]);
    expect(attributes).toHaveProperty([ATTR.decisionChecks]);
  }
  const strategy = decisions.find((span) => step(tree.parentOf(span) as ReceivedSpan) === 'choose-strategy');
  expect(strategy?.attributes[ATTR.decisionRejected]).toEqual(
    expect.arrayContaining([expect.stringMatching(/^full: /), expect.stringMatching(/^blue-green: /)]),
  );
  const impact = decisions.find((span) => span.attributes[ATTR.decisionKind] === 'assess-impact');
  expect(impact?.attributes).toMatchObject({ [ATTR.decisionFact('units')]: 1, [ATTR.decisionFact('strongestChain')]: expect.stringMatching(/^\.: \S+/) });
});

test('the spans show the decisions of the log, no more and no fewer: they are its projection', () => {
  const shown = tree.named(SPAN.decide).map(({ attributes }) => `${String(attributes[ATTR.decisionKind])} ${String(attributes[ATTR.decisionBecause])}`);
  const logged = commits.flatMap(({ events }) => events.flatMap((e) => (e.type === 'decision.made' ? [`${e.decision.kind} ${e.decision.because}`] : [])));
  expect(shown.toSorted()).toEqual(logged.toSorted());
});

test('`awo trace` draws from the log alone what the spans say: the same calls, the same decisions, in the same phases', () => {
  const all = flat(drawn);
  const calls = all.filter(({ name }) => name.startsWith('execute_tool '));
  expect(calls.map(({ name }) => name).toSorted()).toEqual(names(tree.named(/^execute_tool /)).toSorted());
  expect(
    all
      .filter(({ name }) => name === 'decide')
      .map(({ detail }) => detail)
      .toSorted(),
  ).toEqual(
    tree
      .named(SPAN.decide)
      .map(({ attributes }) => String(attributes[ATTR.decisionBecause]))
      .toSorted(),
  );
  const gathered = all.filter(({ name }) => name === 'gather').flatMap(({ children }) => children.map(({ name }) => name));
  expect(gathered.toSorted()).toEqual(names(tree.named(/^execute_tool /).filter((span) => tree.parentOf(span)?.name === SPAN.gather)).toSorted());
});

test('no span names a secret of the caller, whose environment some services get', () => {
  expect(receiver.spans().length).toBeGreaterThan(100);
  expect(JSON.stringify(receiver.spans())).not.toContain(SECRET);
});

test('a span says which installation it is from, in the operator’s words, and which process, in ours', () => {
  for (const { resource, service } of receiver.spans()) {
    expect(resource).toMatchObject({ 'deployment.environment.name': 'lab', 'service.namespace': 'awo' });
    expect(service).toMatch(/^awo-/);
  }
});

test('a publisher’s own traceparent becomes the trace of its goal, so that a pipeline’s trace goes on here', () => {
  const ofGoal = spanTree(receiver.trace(PUBLISHED.traceId));
  expect(ofGoal.roots.map(({ name, parentSpanId, attributes }) => ({ name, parentSpanId, goal: attributes[ATTR.goal] }))).toEqual([
    { name: SPAN.intake, parentSpanId: PUBLISHED.spanId, goal: published.goal },
  ]);
  expect(names(ofGoal.spans)).toContain(SPAN.invokeAgent('impact'));
});
