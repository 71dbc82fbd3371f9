// One runner for every suite. `pnpm vitest --project unit` runs one of them.
import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout: number, extra: object = {}) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, pool: 'forks' as const, ...extra },
});

export default defineConfig({
  test: {
    // Most tests wait for real servers and processes: one more file at a time than there are cores keeps both busy.
    maxWorkers: 3,
    globalSetup: ['packages/testing/src/global-setup.ts'],
    projects: [
      project('unit', ['packages/**/*.test.ts', 'services/**/*.test.ts', 'deploy/**/*.test.ts'], 30_000, {
        // The shop's own tests: the installation runs them, by the shop's own commands.
        exclude: ['**/node_modules/**', 'deploy/demo/shop/**'],
      }),
      project('architecture', ['test/architecture/**/*.test.ts'], 60_000),
      // Real servers on two cores: one file at a time, so that each has the machine it expects.
      project('flows', ['test/{flows,repositories,variants}/**/*.test.ts'], 300_000, { fileParallelism: false }),
      // Runs every command of the documentation: its own installation, so one file at a time as well.
      project('docs', ['test/docs/**/*.test.ts'], 300_000, { fileParallelism: false }),
      project('traces', ['test/traces/**/*.test.ts'], 300_000, { fileParallelism: false }),
      // The real runtime against a broker in memory: a failure prints the seed that repeats it.
      project('simulation', ['test/simulation/**/*.test.ts'], 120_000),
      // Each promise of docs/guarantees.md at its smoke size; `npm run chaos` is the full one.
      project('requirements', ['test/requirements/**/*.test.ts'], 300_000, { fileParallelism: false }),
      project('cluster', ['test/cluster/**/*.test.ts'], 900_000, { fileParallelism: false }),
      project('jaeger', ['test/jaeger/**/*.test.ts'], 900_000, { fileParallelism: false }),
    ],
  },
});
