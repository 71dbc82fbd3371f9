// awo diagnose: ranks the causes of an incident from a folder of evidence. Needs nothing that runs.
import { resolve } from 'node:path';
import type { RootCauses } from '@awo/contracts';
import { diagnose as rank, htmlOf, markdownOf, readEvidence } from '@awo/root-cause';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../output/print.ts';
import { readByModel } from '../proposals/hypotheses.ts';
import type { ModelReading } from '@awo/model/hypotheses';
import type { Style } from '../output/style.ts';

export type DiagnoseOptions = { evidence: string };
const SHOWN = 5;

/** Ends with 0 whatever the verdict is: that nothing was found is an answer. */
export async function diagnose(context: CliContext, { evidence }: DiagnoseOptions): Promise<ExitCode> {
  const { terminal, cwd, format, document } = context;
  if (document === 'mermaid') throw new UsageError('-o mermaid is not for this command.', 'It prints json, yaml, wide, md and html.');
  const folder = resolve(cwd, evidence);
  const result = rank(await readEvidence(folder));
  if (document === 'md') terminal.out(markdownOf(result));
  else if (document === 'html') terminal.out(htmlOf(result));
  else {
    const reading = await readByModel(context, folder, result);
    await print(terminal, format, reading ? { ...result, model: reading } : result, (wide) => [
      ...lines(result, terminal.style, wide),
      ...(reading ? ['', ...readingLines(reading, terminal.style)] : []),
    ]);
  }
  return EXIT.reached;
}

/** Beside the ranking, never in it. */
function readingLines(reading: ModelReading, style: Style): string[] {
  if (!reading.used) return [style('dim', `The model ${reading.model} was of no help (${reading.because}).`)];
  if (reading.hypotheses.length === 0) return [style('dim', `The model ${reading.model} finds nothing in the logs that speaks for one of them.`)];
  return [
    `The model ${reading.model} reads in the logs, which moves nothing in the ranking:`,
    ...reading.hypotheses.flatMap((h) => [
      `   for ${h.cause} on ${h.entity}, ranked ${h.rank}`,
      ...h.cites.map(({ line, quote }) => style('dim', `      ${line}: ${JSON.stringify(quote)}`)),
    ]),
  ];
}

function lines(result: RootCauses, style: Style, wide: boolean): string[] {
  const shown = wide ? result.hypotheses : result.hypotheses.slice(0, SHOWN);
  const missing = result.hypotheses[0]?.missing ?? [];
  const { ruledOut = [] } = result;
  return [
    `${style('bold', result.verdict)}: ${result.because}`,
    ...shown.flatMap((h, i) => [
      '',
      `${i + 1}. ${style('bold', h.cause)} on ${h.entity}  ${style('dim', `${Math.round(h.confidence * 100)}%`)}`,
      ...h.for.map((s) => `   ${style('green', '+')} ${s.says}  ${style('dim', s.evidence)}`),
      ...h.against.map((s) => `   ${style('red', '-')} ${s.says}  ${style('dim', s.evidence)}`),
      `   next: ${h.nextCheck}`,
      ...(h.repair === undefined ? [] : [`   repair: ${h.repair}`]),
    ]),
    ...(missing.length + result.notes.length + ruledOut.length === 0 ? [] : ['']),
    ...ruledOut.map((r) => style('dim', `ruled out: ${r.entity}. ${r.says}`)),
    ...missing.map((line) => style('dim', `not there: ${line}`)),
    ...result.notes.map((line) => style('yellow', `left out: ${line}`)),
  ];
}
