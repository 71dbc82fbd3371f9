// node test/bench/control.ts [runs] [--write]: the table of docs/watching.md: releases of services that are different while they are young, without a control and with one.
import { readFileSync, writeFileSync } from 'node:fs';
import { clopperPearson } from './strategy/clopper-pearson.ts';
import { type Ended, playRollout, type Rollout, USUAL_LATENCY } from '../../services/monitor/src/watch-rollout/simulated-rollout.ts';

const PAGE = new URL('../../docs/watching.md', import.meta.url);
const runs = Number(process.argv.slice(2).find((arg) => arg !== '--write') ?? 200);
const RPS = 80;
const WEIGHTS = [10, 40, 50];

type Process = NonNullable<Rollout['old']>;
const ratio = 0.0005;
const healthy: Process = { errors: () => ratio };
/** So many times slower until it has had so many requests. */
const slow = (factor: number, first: number, later = 1): Process => ({
  ...healthy,
  latencyMs: (random, n) => USUAL_LATENCY(random) * (n <= first ? factor : later),
});
const failing = (share: number, first: number, later = ratio): Process => ({ errors: (n) => (n <= first ? share : later) });
const filling = (seconds: number): number => 60 + Math.min(120, 4 * seconds);

type Case = { name: string; old: Process; fresh: Process };
const alike = (name: string, both: Process): Case => ({ name, old: both, fresh: both });
const GOOD: Case[] = [
  alike('no difference', healthy),
  alike('young ones 4 times slower for 200 requests', slow(4, 200)),
  alike('young ones 4 times slower for 1,000 requests', slow(4, 1000)),
  alike('young ones fail 10 % of their first 100 requests', failing(0.1, 100)),
  {
    name: 'young ones take 4 MB/s more for 30 s',
    old: { ...healthy, memoryMb: (s, n) => (n > 3000 ? 200 : filling(s)) },
    fresh: { ...healthy, memoryMb: filling },
  },
];
const BAD: Case[] = [
  { name: 'errors 5 %', old: healthy, fresh: failing(0.05, Infinity) },
  { name: 'errors 30 %', old: healthy, fresh: failing(0.3, Infinity) },
  { name: 'twice as slow', old: healthy, fresh: slow(2, Infinity) },
  { name: 'a leak of 10 MB/s', old: { ...healthy, memoryMb: () => 90 }, fresh: { ...healthy, memoryMb: (s) => 60 + 10 * s } },
  { name: 'young ones 4 times slower for 200 requests, the new one twice as slow as that, and later', old: slow(4, 200), fresh: slow(8, 200, 2) },
  { name: 'young ones fail 5 % of 100 requests, the new one 15 % and later 5 %', old: failing(0.05, 100), fresh: failing(0.15, 100, 0.05) },
];

const play = ({ old, fresh }: Case, control: boolean): Ended[] =>
  Array.from({ length: runs }, (_, i) => playRollout({ seed: 1000 + i * 17, rps: RPS, weights: WEIGHTS, old, fresh, control }));
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const most = (hits: number): string => `${(100 * clopperPearson(hits, runs)[1]).toFixed(1)} %`;
const seconds = (all: readonly Ended[]): string => `${median(all.map((e) => e.seconds)).toFixed(0)} s`;
const worse = (all: readonly Ended[]): number =>
  all.filter((e) => e.decision.verdict === 'failed' && e.decision.because !== 'deadline-without-evidence').length;
const unproven = (all: readonly Ended[]): number => all.filter((e) => e.decision.because === 'deadline-without-evidence').length;
const customers = (all: readonly Ended[]): number => median(all.map((e) => e.freshErrors));

const lines = [
  `${runs} releases of a kind, ${RPS} requests/s, steps of ${WEIGHTS.join(', ')} %; with a control and, after the comma, without. Medians.`,
  '',
  '| the change does nothing | called worse | at most (97.5 %) | no verdict | time |',
  '|---|---:|---:|---:|---:|',
  ...GOOD.map((one) => {
    const [without, as] = [play(one, false), play(one, true)];
    return `| ${one.name} | ${worse(as)}, ${worse(without)} | ${most(worse(as))} | ${unproven(as)}, ${unproven(without)} | ${seconds(as)}, ${seconds(without)} |`;
  }),
  '',
  '| the change does harm | undone | time | failed requests |',
  '|---|---:|---:|---:|',
  ...BAD.map((one) => {
    const [without, as] = [play(one, false), play(one, true)];
    const undone = (all: readonly Ended[]): number => worse(all) + unproven(all);
    return `| ${one.name} | ${undone(as)}, ${undone(without)} | ${seconds(as)}, ${seconds(without)} | ${customers(as)}, ${customers(without)} |`;
  }),
];
console.log(lines.join('\n'));
if (process.argv.includes('--write')) {
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(/<!-- control -->.*<!-- \/control -->/s, () => `<!-- control -->\n${lines.join('\n')}\n<!-- /control -->`),
  );
}
