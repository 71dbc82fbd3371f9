// An exam of `awo canary judge`: rows as many companies would feed it, made by seed; prints the share of right verdicts for each kind.
// node test/bench/canary-exam/main.ts [--seeds 20] [--half even|odd] [--only TEXT] [-v]
import { parseArgs } from 'node:util';
import { judgeCanary, judgeWithControl, parsePolicy, Policy, readRows } from '@awo/canary-judge';
import { Random } from './case.ts';
import type { Case, Kind, Line, Verdict } from './case.ts';
import { BROKEN } from './broken.ts';
import { EVENTS } from './events.ts';
import { GAUGES } from './gauges.ts';
import { LATENCIES } from './latencies.ts';
import { MISSING } from './missing.ts';
import { SEVERAL } from './several.ts';
import { SHARES } from './shares.ts';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    half: { type: 'string' },
    only: { type: 'string' },
    verbose: { type: 'boolean', short: 'v', default: false },
  },
});

type Found = { verdict: Verdict; words: string; because: string };

/** As the command reads and judges: text in, an answer or a message out. */
async function judged({ baseline, canary, control, policy }: Case): Promise<Found> {
  try {
    const by = policy === undefined ? Policy.parse({}) : parsePolicy(JSON.stringify(policy), 'policy.json');
    const [old, fresh] = [await read(baseline, 'baseline'), await read(canary, 'canary')];
    const answer = control === undefined ? judgeCanary(old, fresh, by) : judgeWithControl(old, fresh, await read(control, 'control'), by);
    return {
      verdict: answer.verdict,
      because: answer.because,
      words: [answer.because, ...answer.metrics.map((m) => m.because), JSON.stringify(answer.leftOut)].join('\n'),
    };
  } catch (error) {
    const because = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { verdict: 'error', because, words: because };
  }
}

async function read(lines: Line[], side: 'baseline' | 'canary' | 'control') {
  return readRows(parts(lines), `${side}.jsonl`, side);
}

async function* parts(lines: Line[]): AsyncGenerator<string[]> {
  yield lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
}

async function examine(kind: Kind, number: number, seeds: number): Promise<{ right: number; said: number }> {
  let [right, said] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const found = await judged(kind.make(new Random(number * 7919 + seed * 104729)));
    const isRight = kind.right.includes(found.verdict);
    const isSaid = kind.says?.test(found.words) ?? true;
    right += isRight ? 1 : 0;
    said += isSaid ? 1 : 0;
    if (options.verbose && !(isRight && isSaid))
      console.log(`      seed ${seed} ${found.verdict}${isRight ? `, without ${String(kind.says)}` : ''}: ${found.because}`);
  }
  return { right, said };
}

const seeds = Number(options.seeds);
const kinds = [...SHARES, ...EVENTS, ...LATENCIES, ...GAUGES, ...MISSING, ...BROKEN, ...SEVERAL].map((kind, i) => ({ kind, number: i + 1 }));
const asked = kinds.filter(
  ({ kind, number }) =>
    (options.half === undefined || (options.half === 'odd') === (number % 2 === 1)) && (options.only === undefined || kind.name.includes(options.only)),
);
let [right, said, whole, level] = [0, 0, 0, 0];
for (const { kind, number } of asked) {
  const found = await examine(kind, number, seeds);
  right += found.right;
  said += found.said;
  whole += found.right === seeds && found.said === seeds ? 1 : 0;
  level += found.right >= 0.95 * seeds && found.said === seeds ? 1 : 0;
  const percent = (x: number) => `${((100 * x) / seeds).toFixed(0).padStart(3)} %`;
  console.log(
    `${String(number).padStart(3)} ${percent(found.right)} ${kind.says ? percent(found.said) : '     '}  ${kind.name}: ${kind.right.join(' or ')}, since ${kind.why}`,
  );
}
const all = asked.length * seeds;
console.log(
  `${asked.length} kinds, ${all} cases: ${((100 * right) / all).toFixed(1)} % right verdicts, words ${((100 * said) / all).toFixed(1)} %; ${whole} kinds without an error, ${level} right in 95 % and more`,
);
