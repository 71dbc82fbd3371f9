// What it costs to ask: a stage of its own, as other work makes a large program dearer than a bare start of Node.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { costInBareStarts } from './testing/real-bus.ts';
import { recordedSystem } from './testing/recorded-system.ts';

let system: Awaited<ReturnType<typeof recordedSystem>>;
beforeAll(async () => {
  system = await recordedSystem();
});
afterAll(() => system.stop());

test.each<[command: string, below: number]>([
  ['--help', 12],
  ['get last', 18],
  ['ps', 18],
])('awo %s costs less than %i bare starts of Node, because people look often', async (command, below) => {
  expect(await costInBareStarts(command.split(' '), below, system.env)).toBeLessThan(below);
});
