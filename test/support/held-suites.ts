// Suites that note that they begin and end once they are let go: a test decides who is in the middle of what.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from '@awo/testing';

export type HeldSuites = {
  /** Of the repository. `round` makes them other code: a comment would change nothing, and nothing would run. */
  files(round: number): Files;
  /** How often each has begun since `hold`. */
  begun(): Record<string, number>;
  hold(): void;
  letGo(): void;
};

export function heldSuites(folder: string, names: readonly string[]): HeldSuites {
  const begun = join(folder, 'begun');
  const open = join(folder, 'open');
  const suite = (name: string, round: number): Files => ({
    [`${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
    [`${name}/${name}.test.js`]: `import { appendFileSync, existsSync } from 'node:fs';
import { test } from 'node:test';
test('waits to be let go in round ${round}', async () => {
  appendFileSync(${JSON.stringify(begun)}, '${name}\\n');
  while (!existsSync(${JSON.stringify(open)})) await new Promise((resolve) => setTimeout(resolve, 50));
});
`,
  });
  return {
    files: (round) => Object.assign({}, ...names.map((name) => suite(name, round))) as Files,
    begun: () => {
      const lines = existsSync(begun) ? readFileSync(begun, 'utf8').trim().split('\n') : [];
      return Object.fromEntries([...Map.groupBy(lines, (line) => line)].map(([name, { length }]) => [name, length]));
    },
    hold: () => {
      for (const file of [begun, open]) rmSync(file, { force: true });
    },
    letGo: () => writeFileSync(open, ''),
  };
}
