// node test/bench/shift-down.ts [runs]: the table of docs/watching.md: what traffic that goes down on suspicion saves customers, and costs good releases.
import { draw, play as playDrawn, type Played } from './strategy/releases.ts';
import { type Ended, playRollout, type Rollout, USUAL_LATENCY } from '../../services/monitor/src/watch-rollout/simulated-rollout.ts';

const runs = Number(process.argv[2] ?? 100);
const RPS = 80;
const WEIGHTS = [10, 40, 50];
/** Until traffic is back on the old one. */
const BACK_S = 1;

const ratio = 0.0005;
const healthy = { errors: () => ratio };
const errors = (share: number): Rollout['fresh'] => ({ errors: () => share });
const late = (after: number, share: number): Rollout['fresh'] => ({ errors: (n) => (n > after ? share : ratio) });
const slow = (factor: number, after = 0): Rollout['fresh'] => ({ ...healthy, latencyMs: (random, n) => USUAL_LATENCY(random) * (n > after ? factor : 1) });
const pausing = { ...healthy, latencyMs: (random: () => number, n: number) => USUAL_LATENCY(random) + (n % 150 < 8 ? 150 : 0) };

type Case = { name: string; old: Rollout['old']; fresh: Rollout['fresh']; isBad: boolean };
const bad = (name: string, fresh: Rollout['fresh']): Case => ({ name, old: healthy, fresh, isBad: true });
const good = (name: string, old: Rollout['fresh'], fresh = old): Case => ({ name, old, fresh, isBad: false });
const CASES: Case[] = [
  bad('errors 1 %', errors(0.01)),
  bad('errors 2 %', errors(0.02)),
  bad('errors 5 %', errors(0.05)),
  bad('errors 30 %', errors(0.3)),
  bad('errors 2 % after 100 requests', late(100, 0.02)),
  bad('errors 5 % after 100 requests', late(100, 0.05)),
  bad('errors 10 % after 300 requests', late(300, 0.1)),
  bad('errors 30 % after 300 requests', late(300, 0.3)),
  bad('twice as slow after 100 requests', slow(2, 100)),
  bad('twice as slow after 300 requests', slow(2, 300)),
  good('errors 0.05 % on both', healthy),
  good('errors 3 % on both', errors(0.03)),
  good('standing still now and then, both', pausing),
];

/** What customers got that they should not have: failed requests, and of a slow one all of its replies; until traffic was back. */
function harmed({ name }: Case, ended: Ended): number {
  const { decision, freshErrors, freshRequests, share } = ended;
  const after = decision.verdict === 'failed' ? (RPS * share * BACK_S) / 100 : 0;
  return name.includes('slow') ? freshRequests + after : freshErrors + (after * freshErrors) / Math.max(1, freshRequests);
}

const play = ({ old, fresh }: Case, lowers: boolean): Ended[] =>
  Array.from({ length: runs }, (_, i) => playRollout({ seed: 1000 + i * 17, rps: RPS, weights: WEIGHTS, old, fresh, lowers }));
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const undone = (all: Ended[]): number => all.filter((e) => e.decision.verdict === 'failed').length;

console.log(`${runs} releases each, ${RPS} requests/s, ${WEIGHTS.join(', ')} %`);
console.log('| release | went down | undone, without | harmed, without | saved, 95 % | time, without |');
console.log('|---|---:|---:|---:|---:|---:|');
for (const one of CASES) {
  const [without, as] = [play(one, false), play(one, true)];
  const saved = as.map((e, i) => harmed(one, without[i] ?? e) - harmed(one, e));
  const spread = 1.96 * Math.sqrt(mean(saved.map((x) => (x - mean(saved)) ** 2)) / runs);
  const [before, after] = [without, as].map((all) => mean(all.map((e) => harmed(one, e))).toFixed(1));
  const [short, long] = [without, as].map((all) => mean(all.map((e) => e.seconds)).toFixed(1));
  const down = as.filter((e) => e.lowered > 0).length;
  const told = one.isBad ? `${mean(saved).toFixed(1)} +- ${spread.toFixed(1)}` : '';
  console.log(`| ${one.name} | ${down} | ${undone(as)}, ${undone(without)} | ${one.isBad ? `${after}, ${before}` : ''} | ${told} | ${long} s, ${short} s |`);
}

const drawn = Array.from({ length: 2 * runs }, (_, seed) => draw(seed));
const [without, as] = [false, true].map((lowers) => drawn.map((one) => playDrawn(one, lowers)));
const told = (all: Played[] = []): string => {
  const failed = all.filter((p) => p.fault === 'errors').reduce((sum, p) => sum + p.failed, 0);
  const [good, bad] = [all.filter((p) => p.fault === 'none'), all.filter((p) => p.fault !== 'none')];
  const promoted = (list: Played[]): string => `${list.filter((p) => p.promoted).length} of ${list.length}`;
  return `failed requests ${failed}, bad ones promoted ${promoted(bad)}, good ones ${promoted(good)}, ${mean(good.map((p) => p.seconds)).toFixed(1)} s each`;
};
console.log(`As drawn for docs/release.md, harm from the start: ${told(as)}; without: ${told(without)}.`);
