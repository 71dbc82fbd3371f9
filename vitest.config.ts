// One runner for every suite. `pnpm vitest --project unit` runs one of them.
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

const project = (name: string, include: string[], testTimeout: number, extra: object = {}) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, pool: 'forks' as const, ...extra },
});

/** Files that take half a minute or more: begun last, one of them would leave a core idle until the end. */
const LONG = [
  'requirements/2-',
  'requirements/1-',
  'requirements/3-',
  'test/flows/release',
  'test/variants/',
  'test/docs/commands',
  'test/flows/kill',
  'requirements/8-never',
  'test/repositories/',
  'test/flows/control',
  'test/flows/gate',
  'test/flows/share-suites',
  'embedded/src/installation',
  'toolgate/src/gate.test',
  'test-run/src/run-suite',
  'demo/shop.test',
  'simulation/conformance',
  'code-graph/src/hostile',
  'repository/src/start',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => LONG.findIndex((part) => moduleId.includes(part));
    const [long, rest] = [files.filter((file) => rank(file) >= 0), files.filter((file) => rank(file) < 0)];
    return [...long.toSorted((a, b) => rank(a) - rank(b)), ...(await super.sort(rest))];
  }
}

/** What measures times, or needs a machine that is as fast as it was a minute ago: a drill cannot tell a slow service from a slow machine. */
const ALONE = ['packages/cli/src/speed.test.ts', 'test/flows/repair.test.ts'];

export default defineConfig({
  test: {
    // Most tests wait for real servers and processes: one more file at a time than there are cores keeps both busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['packages/testing/src/global-setup.ts'],
    projects: [
      project('unit', ['packages/**/*.test.ts', 'services/**/*.test.ts', 'deploy/**/*.test.ts'], 60_000, {
        // A worker keeps what it has loaded: the modules and schemas of each file anew were a third of the time.
        isolate: false,
        // The shop's own tests: the installation runs them, by the shop's own commands.
        exclude: ['**/node_modules/**', 'deploy/demo/shop/**', ...ALONE],
      }),
      // Nothing else runs meanwhile but the seeds, which take what is left.
      project('speed', ALONE, 300_000, { fileParallelism: false }),
      project('architecture', ['test/architecture/**/*.test.ts'], 60_000),
      project('flows', ['test/{flows,repositories,variants}/**/*.test.ts'], 300_000, { exclude: ALONE }),
      // Runs every command of the documentation.
      project('docs', ['test/docs/**/*.test.ts'], 300_000),
      project('traces', ['test/traces/**/*.test.ts'], 300_000),
      // The real runtime against a broker in memory: a failure prints the seed that repeats it.
      project('simulation', ['test/simulation/**/*.test.ts'], 120_000, { exclude: ['test/simulation/seeds.test.ts'] }),
      // By itself a minute; beside the others it gets what they leave.
      project('seeds', ['test/simulation/seeds.test.ts'], 1_800_000),
      // Each promise of docs/guarantees.md at its smoke size; `npm run chaos` is the full one.
      project('requirements', ['test/requirements/**/*.test.ts'], 900_000),
      project('cluster', ['test/cluster/**/*.test.ts'], 900_000, { fileParallelism: false }),
      // A real Prometheus fires every alert by its cause.
      project('prometheus', ['test/prometheus/**/*.test.ts'], 300_000, { fileParallelism: false }),
      project('jaeger', ['test/jaeger/**/*.test.ts'], 900_000, { fileParallelism: false }),
    ],
  },
});
