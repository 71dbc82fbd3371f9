// npm run simulate: goals through the real runtime on a broker in memory, one seed after the other. `--seed N` replays one with its steps.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { calibrate } from './calibrate.ts';
import { INVARIANTS } from './invariants.ts';
import { takeOut } from './take-out.ts';
import { howToRepeat, inWords, runSeeds } from './tally.ts';
import { installVirtualTimers } from './virtual-timers.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: String(cpus().length) },
    without: { type: 'string' },
    calibrate: { type: 'boolean', default: false },
  },
});
const [seeds, from, jobs] = [values.seeds, values.from, values.jobs].map(Number) as [number, number, number];
if (![seeds, from, jobs].every((n) => Number.isInteger(n) && n >= 0)) {
  console.error(
    'Usage: npm run simulate -- [--seeds N] [--from SEED] [--jobs N] [--without GUARD] | --seed SEED [--without GUARD] | --calibrate [--seeds N] [--without GUARD]',
  );
  process.exit(2);
}

async function replay(seed: number): Promise<void> {
  if (values.without) takeOut(values.without);
  installVirtualTimers();
  const { runSeed } = await import('./run-seed.ts');
  const result = await runSeed(seed, true);
  console.log(result.trace.join('\n'));
  const { violation } = result;
  console.log(
    violation
      ? `\n${violation.invariant}: ${violation.message}\n(${INVARIANTS[violation.invariant as keyof typeof INVARIANTS]})`
      : `\nNo violation: ${result.outcomes.join(', ')}`,
  );
  process.exitCode = violation ? 1 : 0;
}

async function all(): Promise<void> {
  const start = Date.now();
  let told = start;
  const progress = (total: Parameters<typeof inWords>[0]) => {
    if (Date.now() - told < 10_000) return;
    told = Date.now();
    console.error(inWords(total, told - start));
  };
  const total = await runSeeds({ from, seeds, jobs, progress, ...(values.without ? { without: values.without } : {}) });
  console.log(`seeds ${from} to ${from + total.seeds - 1}: ${inWords(total, Date.now() - start)}`);
  for (const failure of total.failures) console.log(howToRepeat(failure, values.without));
  process.exitCode = total.failures.length > 0 ? 1 : 0;
}

if (values.calibrate) process.exitCode = (await calibrate({ seeds: values.seeds === '1000000' ? 20_000 : seeds, jobs, only: values.without })) ? 0 : 1;
else if (values.seed !== undefined) await replay(Number(values.seed));
else await all();
