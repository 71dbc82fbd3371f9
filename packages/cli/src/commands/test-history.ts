// awo test order, backtest and history import: files in, JSON or lines out.
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { backtest, createOrderer, fitBudget, foldCycles, HistoryLine, importReport, MEASURES, readLines, TestLine, WAYS } from '@awo/test-order';
import type { Backtest, OrderAnswer } from '@awo/test-order';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../output/print.ts';

export type OrderFlags = { history: string; tests: string; changed?: string[] | undefined; budget?: string | undefined };
export type BacktestFlags = { history: string; orders?: string | undefined };
export type ImportFlags = { cycle?: string | undefined; oneCycle?: boolean | undefined };

/** Where nobody looks on, the answer is data. */
export const formatOf = ({ format, terminal }: CliContext): CliContext['format'] => format ?? (terminal.isTty ? undefined : 'json');

export async function readAll<T>(context: CliContext, file: string, schema: z.ZodType<T>): Promise<T[]> {
  const lines: T[] = [];
  try {
    for await (const line of readLines(createReadStream(resolve(context.cwd, file)), schema, file)) lines.push(line);
  } catch (error) {
    throw unreadable(file, error);
  }
  return lines;
}

export function unreadable(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^E[A-Z]+$/.test(code) ? new UsageError(`${file} cannot be read: ${code}.`, 'Name a file that is there.') : error;
}

export async function orderTests(context: CliContext, { history, tests, changed = [], budget }: OrderFlags): Promise<ExitCode> {
  const budgetMs = budget === undefined ? undefined : milliseconds(budget);
  const [past, wanted] = [await readAll(context, history, HistoryLine), await readAll(context, tests, TestLine)];
  const orderer = createOrderer();
  for (const cycle of foldCycles(past)) orderer.learn(cycle);
  const files = changed.flatMap((names) => names.split(',')).filter((name) => name !== '');
  const order = orderer.order(wanted, files);
  const answer: OrderAnswer = {
    order,
    model: orderer.model(),
    ...(budgetMs === undefined ? {} : { budget: fitBudget(order, budgetMs, orderer.durationOf, wanted) }),
  };
  await print(context.terminal, formatOf(context), answer, () => [
    ...answer.order.map(({ test, score, because }) => `${score.toFixed(3)}  ${test}  ${context.terminal.style('dim', because.join('; '))}`),
    ...(answer.budget ? [`${answer.budget.tests.length} of ${order.length} tests fit into ${budget}`] : []),
  ]);
  return EXIT.reached;
}

export function milliseconds(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[found?.[2] ?? ''];
  if (!found || unit === undefined) throw new UsageError(`"${text}" is no budget.`, 'Such as: --budget 90s, --budget 5m');
  return Number(found[1]) * unit;
}

export async function backtestHistory(context: CliContext, { history, orders }: BacktestFlags): Promise<ExitCode> {
  const cycles = foldCycles(await readAll(context, history, HistoryLine));
  const lines = orders === undefined ? undefined : createWriteStream(resolve(context.cwd, orders));
  const result = backtest(cycles, { onOrder: (cycle, order) => void lines?.write(`${JSON.stringify({ cycle, order })}\n`) });
  if (lines) {
    lines.end();
    await once(lines, 'finish');
  }
  await print(context.terminal, formatOf(context), result, () => table(result));
  return EXIT.reached;
}

function* table({ mean, measured, cycles, results }: Backtest): Generator<string> {
  yield `${cycles} cycles, ${results} results; means over the ${measured} cycles with a failure`;
  yield `${'order'.padEnd(14)}${MEASURES.map((name) => name.toUpperCase().padStart(9)).join('')}`;
  for (const way of WAYS) yield `${way.padEnd(14)}${MEASURES.map((name) => mean[way][name].toFixed(3).padStart(9)).join('')}`;
}

export async function importHistory(context: CliContext, files: readonly string[], { cycle = '1', oneCycle = false }: ImportFlags): Promise<ExitCode> {
  const first = Number(cycle);
  if (!Number.isInteger(first)) throw new UsageError(`"${cycle}" is no number of a cycle.`, 'Such as: --cycle 120');
  for (const [i, file] of files.entries()) {
    const text = await readFile(resolve(context.cwd, file), 'utf8').catch((error: unknown) => {
      throw unreadable(file, error);
    });
    for (const line of importReport(text, file, oneCycle ? first : first + i)) context.terminal.out(JSON.stringify(line));
  }
  return EXIT.reached;
}
