// node test/bench/canary-judge.ts [A/A runs]: the tables of docs/watching.md.
import { upperShare } from '@awo/analysis';
import { EVEN, tally } from './canary/even.ts';
import { FACTORS, peeking, powerCurve, REQUESTS_PER_SECOND } from './canary/power.ts';

const runs = Number(process.argv[2] ?? 10_000);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

console.log(`| A/A, 150 rows a side, a look after every row | runs | called worse | upper bound 97.5 % | passed |\n|---|---:|---:|---:|---:|`);
const names = Object.keys(EVEN);
let [all, failed] = [0, 0];
for (const name of names) {
  const pair = EVEN[name];
  if (pair === undefined) continue;
  const { fail, pass, ...done } = await tally(pair, Math.ceil(runs / names.length));
  all += done.runs;
  failed += fail;
  console.log(`| ${name} | ${done.runs} | ${percent(fail / done.runs)} | ${percent(upperShare({ n: done.runs, bad: fail }))} | ${percent(pass / done.runs)} |`);
}
console.log(`| all | ${all} | ${percent(failed / all)} | ${percent(upperShare({ n: all, bad: failed }))} | |`);

const others = peeking(150, Math.ceil(runs / 20));
console.log(
  `\nThe same errors with a look after every row: two proportions ${percent(others.fixed)}, Mann-Whitney ${percent(others.mannWhitney)} called worse.\n`,
);

console.log(
  `| requests/s | errors 1 % x | found within 30 min | median time | two proportions, one look | Mann-Whitney, one look |\n|---:|---:|---:|---:|---:|---:|`,
);
for (const rps of REQUESTS_PER_SECOND)
  for (const factor of FACTORS) {
    const curve = await powerCurve(rps, factor, 180, Math.max(20, Math.ceil(runs / 100)));
    const time = curve.medianSeconds === null ? 'later' : `${curve.medianSeconds} s`;
    console.log(`| ${rps} | ${factor} | ${percent(curve.found)} | ${time} | ${percent(curve.fixed)} | ${percent(curve.mannWhitney)} |`);
  }
