// How much sooner the tests of one goal are done with more test agents: node test/bench/share.ts. Twelve suites that sleep, so that cores are not what limits them.
import { ShareAsk, subjects } from '@awo/contracts';
import type { Figures } from '@awo/contracts';
import { makeRepo, startTestInstallation, temporaryFolder, waitFor } from '@awo/testing';
import { fewServices } from '../support/few-services.ts';
import { ended, eventsOf } from '../support/goals.ts';

const SUITES = 12;
const SLEEP_MS = 2000;
const AGENTS = [1, 2, 3];
const RUNS = 3;

const suite = (name: string, round: number): Record<string, string> => ({
  [`${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  [`${name}/${name}.test.js`]: `import { test } from 'node:test';\ntest('round ${round}', () => new Promise((resolve) => setTimeout(resolve, ${SLEEP_MS})));\n`,
});
const files = (round: number): Record<string, string> => Object.assign({}, ...Array.from({ length: SUITES }, (_, i) => suite(`s${i}`, round)));

const repo = makeRepo(files(0));
const folder = temporaryFolder('share-bench');
// As on machines of two cores each: servers of one machine share its cores.
const installation = await startTestInstallation({
  env: { AWO_TEST_CORES: String(2 * Math.max(...AGENTS)) },
  servicesFile: fewServices(folder.path, ['planner', 'impact', 'test', 'toolgate', 'mcp-git', 'mcp-tests']),
});
const bus = await installation.as('operator');
const agents = await installation.as('test');
let messages = 0;
for (const subject of [subjects.shareOffer, subjects.shareLead('*')])
  agents.nc.subscribe(subject, { callback: (_, msg) => void (messages += 1 + Number(ShareAsk.safeParse(msg.json()).success)) });

/** One goal of all suites; what its decision says of them. */
async function figuresOf(round: number): Promise<Figures> {
  repo.commitFiles(files(round), `Round ${round}`);
  const reply = await bus.submit({ kind: 'test', repo: repo.path, revision: 'HEAD' });
  const goal = reply.accepted ? reply.goal : '';
  await ended(bus, goal);
  return (
    (await eventsOf(bus, goal)).flatMap((event) =>
      event.type === 'decision.made' && event.decision.kind === 'judge-tests' ? [event.decision.figures] : [],
    )[0] ?? {}
  );
}

let round = 0;
console.log('| test agents | all suites, median | shares | messages of sharing |\n|---|---|---|---|');
for (const count of AGENTS) {
  for (const service of ['test', 'mcp-tests']) await installation.control.scale(service, count);
  const up = async () =>
    (await installation.control.status()).instances.filter(({ instance, state }) => /^(mcp-)?tests?-\d$/.test(instance) && state === 'up').length;
  await waitFor(async () => (await up()) === 2 * count, { what: `${count} agents and test servers` });
  const seen: { durationMs: number; agents: unknown; messages: number }[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    messages = 0;
    const figures = await figuresOf((round += 1));
    seen.push({ durationMs: Number(figures.durationMs), agents: figures.agents ?? [], messages });
  }
  const median = seen.toSorted((a, b) => a.durationMs - b.durationMs)[Math.floor(RUNS / 2)];
  console.log(`| ${count} | ${((median?.durationMs ?? 0) / 1000).toFixed(1)} s | ${[median?.agents].flat().join(', ')} | ${median?.messages} |`);
}
await installation.stop();
repo.remove();
folder.remove();
