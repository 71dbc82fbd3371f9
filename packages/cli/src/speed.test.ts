// What it costs to ask: a stage of its own, as other work makes a large program dearer than a bare start of Node.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerAsToolgate } from './testing/as-toolgate.ts';
import { costInBareStarts, realBus } from './testing/real-bus.ts';
import { recordedRelease } from './testing/recorded-release.ts';

let system: Awaited<ReturnType<typeof realBus>>;
beforeAll(async () => {
  system = await realBus();
  await system.record(recordedRelease());
  answerAsToolgate(await system.as('toolgate'));
});
afterAll(() => system.stop());

test.each<[command: string, below: number]>([
  ['--help', 12],
  ['get last', 18],
  ['ps', 18],
])('awo %s costs less than %i bare starts of Node, 300 ms where the machine is quiet, because people look often', async (command, below) => {
  expect(await costInBareStarts(command.split(' '), below, system.env)).toBeLessThan(below);
});
