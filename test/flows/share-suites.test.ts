// The suites of one goal on several test agents: shared while they are free, given back when one dies or stops, taken over when their lead dies.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '@awo/bus';
import { ShareAsk, ShareOffer, subjects } from '@awo/contracts';
import type { Decision, SuiteResult } from '@awo/contracts';
import { homePaths } from '@awo/embedded';
import { ATTR, SPAN } from '@awo/telemetry';
import { makeRepo, spanReceiver, startTestInstallation, temporaryFolder, waitFor } from '@awo/testing';
import type { SpanReceiver, TestInstallation, TestRepository } from '@awo/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { awo } from '../support/awo.ts';
import { fewServices } from '../support/few-services.ts';
import { ended, eventsOf } from '../support/goals.ts';
import { heldSuites } from '../support/held-suites.ts';
import { spanTree } from '../support/span-tree.ts';

let installation: TestInstallation;
let receiver: SpanReceiver;
let repo: TestRepository;
let bus: Bus;
const folder = temporaryFolder('share');
const SUITES = ['a', 'b', 'c', 'd', 'e', 'f'];
const suites = heldSuites(folder.path, SUITES);
/** What the agents said to each other since the goal was given. */
let offers: ShareOffer[] = [];
let asks: ShareAsk[] = [];
let round = 0;

beforeAll(async () => {
  repo = makeRepo(suites.files(0));
  receiver = await spanReceiver();
  const servicesFile = fewServices(folder.path, ['planner', 'impact', 'test', 'toolgate', 'mcp-git', 'mcp-tests']);
  // As on two machines of two cores: two servers of one machine share its cores.
  installation = await startTestInstallation({ servicesFile, env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, AWO_TEST_CORES: '4' } });
  bus = await installation.as('operator');
  await Promise.all([installation.control.scale('test', 2), installation.control.scale('mcp-tests', 2)]);
  for (const instance of ['test-2', 'mcp-tests-2']) await waitFor(() => pidOf(instance), { what: instance, timeoutMs: 20_000 });
  const { nc } = await installation.as('test');
  nc.subscribe(subjects.shareOffer, { callback: (_, msg) => void offers.push(ShareOffer.parse(msg.json())) });
  nc.subscribe(subjects.shareLead('*'), { callback: (_, msg) => void asks.push(ShareAsk.parse(msg.json())) });
});
afterAll(async () => {
  suites.letGo();
  await installation?.stop();
  await receiver?.stop();
  repo?.remove();
  folder.remove();
});
beforeEach(() => {
  suites.hold();
  repo.commitFiles(suites.files((round += 1)), `Round ${round}`);
  offers = [];
  asks = [];
});

const pidOf = async (instance: string): Promise<number | null> =>
  (await installation.control.status()).instances.find((one) => one.instance === instance && one.state === 'up')?.pid ?? null;
/** How often it has logged that nobody waits any more for what it runs. */
const dropped = (instance: string): number => {
  const lines = readFileSync(join(homePaths(installation.home).logs, 'test.log'), 'utf8').split('\n');
  return lines.filter((line) => line.includes(`"${instance}"`) && line.includes('nobody waits for this suite any more')).length;
};
const sorted = (lines: unknown): unknown => (Array.isArray(lines) ? lines.toSorted() : lines);
const said = <K extends ShareAsk['kind']>(kind: K) => asks.filter((ask): ask is Extract<ShareAsk, { kind: K }> => ask.kind === kind);

/** A goal of six suites, once its lead and another agent are in the middle of two each. */
async function shared() {
  const reply = await bus.submit({ kind: 'test', repo: repo.path, revision: 'HEAD' });
  const goal = reply.accepted ? reply.goal : '';
  const inOthersHands = () => new Set(said('alive').map(({ suite }) => suite));
  await waitFor(() => inOthersHands().size >= 2 && Object.keys(suites.begun()).length >= 4, { what: 'two agents at work', timeoutMs: 20_000 });
  const lead = offers[0]?.instance ?? '';
  return { goal, lead, other: lead === 'test-1' ? 'test-2' : 'test-1', theirs: [...inOthersHands()].toSorted() };
}

/** The verdict, and the results that it was made from, by name. */
async function verdictOf(goal: string): Promise<{ decision: Decision; results: SuiteResult[] }> {
  const decision = (await eventsOf(bus, goal)).flatMap((e) => (e.type === 'decision.made' && e.decision.kind === 'judge-tests' ? [e.decision] : []))[0];
  const facts = decision?.facts[0];
  if (!decision || !facts) throw new Error(`no verdict on the tests of ${goal}`);
  const { results } = JSON.parse(new TextDecoder().decode(await bus.evidence.get(facts))) as { results: SuiteResult[] };
  return { decision, results: results.toSorted((a, b) => (a.suite < b.suite ? -1 : 1)) };
}

test('two agents run the suites of one goal on two test servers, each suite once, and the decision, its page and the trace say who ran what', async () => {
  const { goal, lead, other } = await shared();
  suites.letGo();
  const state = await ended(bus, goal);
  expect(state.ended.outcome).toBe('done');
  const { decision, results } = await verdictOf(goal);
  expect(results.map(({ suite, verdict }) => [suite, verdict])).toEqual(SUITES.map((suite) => [suite, 'passed']));
  expect(new Set(results.map(({ by }) => by))).toEqual(new Set([lead, other]));
  expect(suites.begun()).toEqual(Object.fromEntries(SUITES.map((suite) => [suite, 1])));
  expect(decision.figures.agents).toEqual(
    expect.arrayContaining([expect.stringMatching(`^${lead}: [2-4] suites$`), expect.stringMatching(`^${other}: [2-4] suites$`)]),
  );
  expect(decision.figures).not.toHaveProperty('givenBack');
  expect((await awo(['explain', goal, '--step', 'run-tests'], installation.env)).out).toMatch(new RegExp(`agents.*${other}: \\d suites`));
  expect((await awo(['explain', goal, '--step', 'run-tests', '--replay'], installation.env)).code).toBe(0);
  const calls = (await eventsOf(bus, goal)).flatMap((e) => (e.type === 'tool.called' && e.call.capability === 'tests.run' ? [e.call.action] : []));
  expect(calls.toSorted()).toEqual(SUITES.map((suite) => `run-${suite}`));
  const spans = await waitFor(
    () => {
      const tree = spanTree(
        receiver.spans().filter((span) => span.attributes[ATTR.goal] === goal || span.name === SPAN.gather || span.name === SPAN.callTool('tests.run')),
      );
      const runs = tree.named(SPAN.executeTool('tests.run')).filter((span) => span.attributes[ATTR.goal] === goal);
      const servers = tree.named(SPAN.callTool('tests.run')).filter((span) => span.traceId === runs[0]?.traceId);
      return runs.length === 6 && servers.length === 6 && runs.every((run) => tree.parentOf(run)) && { runs, servers, tree };
    },
    { what: 'six calls in the trace', timeoutMs: 20_000 },
  );
  const instance = ({ resource }: { resource: Record<string, unknown> }) => resource['service.instance.id'];
  expect(new Set(spans.runs.map(instance))).toEqual(new Set([lead, other]));
  expect(new Set(spans.runs.map((run) => spans.tree.parentOf(run)?.spanId)).size).toBe(1);
  expect(new Set(spans.servers.map(instance))).toEqual(new Set(['mcp-tests-1', 'mcp-tests-2']));
});

test('kill -9 of the other agent in the middle of its suites: they come back after its silence and are run by somebody, and the verdict is complete', async () => {
  const { goal, lead, other, theirs } = await shared();
  process.kill((await pidOf(other)) ?? 0, 'SIGKILL');
  const killed = offers.length;
  // Started again it hears of the step and takes part in what nobody had begun: it is another process, which has lost nothing.
  await waitFor(() => new Set(said('alive').map(({ by }) => by)).size === 2, { what: `${other} to take part again`, timeoutMs: 20_000 });
  await waitFor(() => offers.slice(killed).some(({ left }) => left >= 2), { what: 'its suites to be offered again', timeoutMs: 20_000 });
  suites.letGo();
  expect((await ended(bus, goal)).ended.outcome).toBe('done');
  const { decision, results } = await verdictOf(goal);
  expect(results.map(({ suite, verdict }) => [suite, verdict])).toEqual(SUITES.map((suite) => [suite, 'passed']));
  expect(sorted(decision.figures.givenBack)).toEqual(theirs.map((suite) => `${suite}: ${other} was silent for 5 s`));
  // Taken out of the same hands: the step was never given to anybody else.
  expect(new Set(offers.map(({ instance }) => instance))).toEqual(new Set([lead]));
});

test('an agent that is told to stop gives its suites back at once, as nobody should wait for its silence', async () => {
  const { goal, other, theirs } = await shared();
  const before = await pidOf(other);
  process.kill(before ?? 0, 'SIGTERM');
  await waitFor(() => said('give-back').length >= 2, { what: 'both suites to be given back', timeoutMs: 4000 });
  suites.letGo();
  expect((await ended(bus, goal)).ended.outcome).toBe('done');
  const { decision, results } = await verdictOf(goal);
  expect(sorted(decision.figures.givenBack)).toEqual(theirs.map((suite) => `${suite}: ${other} gave it back: it stops`));
  expect(results.map(({ suite }) => suite)).toEqual(SUITES);
  await waitFor(async () => ((now) => now !== null && now !== before)(await pidOf(other)), { what: `${other} to be up again`, timeoutMs: 20_000 });
});

test('kill -9 of the lead in the middle: the other agent drops what nobody waits for, the step is taken over, and the verdict is complete', async () => {
  const { goal, lead, other, theirs } = await shared();
  const before = dropped(other);
  process.kill((await pidOf(lead)) ?? 0, 'SIGKILL');
  await waitFor(() => dropped(other) === before + theirs.length, { what: `${other} to drop its suites`, timeoutMs: 15_000 });
  suites.letGo();
  expect((await ended(bus, goal)).ended.outcome).toBe('done');
  const { results } = await verdictOf(goal);
  expect(results.map(({ suite, verdict }) => [suite, verdict])).toEqual(SUITES.map((suite) => [suite, 'passed']));
});
