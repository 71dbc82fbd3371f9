// awo canary judge: two files of metric rows to a verdict.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { judgeCanary, judgeWithControl, parsePolicy, Policy, readRows } from '@awo/canary-judge';
import type { Answer } from '@awo/canary-judge';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { table } from '../output/columns.ts';
import { print } from '../output/print.ts';
import type { Format, Style } from '../output/style.ts';

export type JudgeOptions = { baseline: string; canary: string; control?: string | undefined; policy?: string | undefined };

/** Exit code 0 for a pass alone: what is inconclusive does not go on in a script either. */
export async function judge({ cwd, terminal, format }: CliContext, options: JudgeOptions): Promise<ExitCode> {
  const policy = options.policy === undefined ? Policy.parse({}) : parsePolicy(await textOf(resolve(cwd, options.policy), options.policy), options.policy);
  const baseline = await rowsOf(resolve(cwd, options.baseline), options.baseline, 'baseline');
  const canary = await rowsOf(resolve(cwd, options.canary), options.canary, 'canary');
  const control = options.control === undefined ? null : await rowsOf(resolve(cwd, options.control), options.control, 'control');
  const answer = control === null ? judgeCanary(baseline, canary, policy) : judgeWithControl(baseline, canary, control, policy);
  await print(terminal, format, answer, () => lines(answer, terminal.style));
  return answer.verdict === 'pass' ? EXIT.reached : EXIT.endedOtherwise;
}

async function textOf(path: string, named: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(named, error);
  }
}

async function rowsOf(path: string, named: string, side: 'baseline' | 'canary' | 'control') {
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 });
  const read = readRows(linesOf(stream), named, side);
  const broken = new Promise<never>((_, reject) => stream.once('error', (error) => reject(unreadable(named, error))));
  return Promise.race([read, broken]);
}

/** No row is longer. A file without line breaks may be larger than the longest text there can be. */
const LONGEST_LINE = 1_000_000;

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    yield lines;
  }
  if (rest !== '') yield [rest];
}

const unreadable = (named: string, error: unknown): UsageError =>
  new UsageError(`${named} cannot be read: ${error instanceof Error ? error.message : String(error)}`);

const LOOKS: Record<Answer['verdict'], Format> = { pass: 'green', fail: 'red', inconclusive: 'yellow' };

function lines(answer: Answer, style: Style): string[] {
  const number = (x: number | null): string => (x === null ? '?' : String(Number(x.toPrecision(3))));
  const rows = answer.metrics.map((m) => [
    m.metric,
    m.verdict,
    m.effect === null ? '' : `${number(m.effect)} [${m.interval.map(number).join(', ')}]`,
    m.n.join(' / '),
    m.because,
  ]);
  return [
    `${style(LOOKS[answer.verdict], answer.verdict)}  ${answer.because}`,
    ...(rows.length === 0 ? [] : ['', ...table([{ head: 'METRIC' }, { head: 'VERDICT' }, { head: 'EFFECT' }, { head: 'SAMPLES' }, { head: 'BECAUSE' }], rows)]),
    ...answer.leftOut.map((l) => style('dim', `${l.file}: ${l.rows} rows: ${l.reason} (first: ${l.example})`)),
  ];
}
