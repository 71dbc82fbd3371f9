// node test/bench/strategy/main.ts [releases] [--write]: the table of docs/release.md: false roll-backs, missed bad ones, customers' errors.
import { readFileSync, writeFileSync } from 'node:fs';
import { clopperPearson } from './clopper-pearson.ts';
import { draw, play, type Played } from './releases.ts';

const PAGE = new URL('../../../docs/release.md', import.meta.url);
const many = Number(process.argv.slice(2).find((arg) => arg !== '--write') ?? 200);
const began = process.cpuUsage();
const played = Array.from({ length: many }, (_, seed) => play(draw(seed)));
const cpuSeconds = (process.cpuUsage(began).user / 1e6).toFixed(0);

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const rate = (hits: number, of: readonly Played[]): string => {
  const [low, high] = clopperPearson(hits, of.length);
  return `${hits} of ${of.length} | ${percent(low)} to ${percent(high)}`;
};
const sum = (list: readonly Played[], value: (one: Played) => number): number => list.reduce((all, one) => all + value(one), 0);
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const [good, bad] = [played.filter((p) => p.fault === 'none'), played.filter((p) => p.fault !== 'none')];
const undone = (list: readonly Played[]): Played[] => list.filter((p) => !p.promoted);
const unproven = undone(good).filter((p) => p.because === 'deadline-without-evidence');
const ways = ['full', 'blue-green', 'canary'].map((way) => `${way} ${played.filter((p) => p.strategy === way).length}`).join(', ');
const erring = bad.filter((p) => p.fault === 'errors');
const lines = [
  `${many} releases from seeds, every other one bad (errors of 2 to 30 %, replies 2 to 5 times slower, crashes, leaks of 3 to 23 MB/s), 20 to 400 requests/s; ${ways}.`,
  '',
  '| | releases | 95 % (Clopper and Pearson) |',
  '|---|---:|---:|',
  `| good, undone as worse: false roll-back | ${rate(undone(good).length - unproven.length, good)} |`,
  `| good, undone for lack of evidence | ${rate(unproven.length, good)} |`,
  `| bad, promoted: missed | ${rate(bad.length - undone(bad).length, bad)} |`,
  ...['errors', 'slow', 'crash', 'memory'].map((fault) => {
    const of = bad.filter((p) => p.fault === fault);
    return `| of them ${fault} | ${rate(of.length - undone(of).length, of)} |`;
  }),
  '',
  '| failed requests on the new one | awo | plain rolling update |',
  '|---|---:|---:|',
  `| ${erring.length} releases with errors, together | ${sum(erring, (p) => p.failed)} | ${sum(erring, (p) => p.failedRolling)} |`,
  `| median of one | ${median(erring.map((p) => p.failed))} | ${median(erring.map((p) => p.failedRolling))} |`,
  '',
  `A good release takes ${median(good.map((p) => p.seconds)).toFixed(0)} s of watching, a bad one is undone after ${median(undone(bad).map((p) => p.seconds)).toFixed(0)} s (medians, simulated time; ${cpuSeconds} s of CPU for all).`,
];
console.log(lines.join('\n'));
const missed = bad.filter((p) => p.promoted);
for (const p of [...missed, ...undone(good)])
  console.error(`seed ${p.seed}: ${p.fault} ${p.size.toFixed(2)} at ${p.rps}/s, ${p.strategy} ${p.weights.join(',')} ended ${p.because}`);
if (process.argv.includes('--write')) {
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(PAGE, page.replace(/<!-- releases -->.*<!-- \/releases -->/s, `<!-- releases -->\n${lines.join('\n')}\n<!-- /releases -->`));
}
