// awo diagnose: ranks the causes of an incident from a folder of evidence. Needs nothing that runs.
import { resolve } from 'node:path';
import type { RootCauses } from '@awo/contracts';
import { diagnose as rank, htmlOf, markdownOf, readEvidence } from '@awo/root-cause';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../output/print.ts';
import type { OutputFormat } from '../output/print.ts';
import type { Style } from '../output/style.ts';

export type DiagnoseOptions = { evidence: string; output?: OutputFormat | 'md' | 'html' | undefined };
const SHOWN = 5;

/** Ends with 0 whatever the verdict is: that nothing was found is an answer. */
export async function diagnose({ terminal, cwd, format }: CliContext, { evidence, output = format }: DiagnoseOptions): Promise<ExitCode> {
  const result = rank(await readEvidence(resolve(cwd, evidence)));
  if (output === 'md') terminal.out(markdownOf(result));
  else if (output === 'html') terminal.out(htmlOf(result));
  else await print(terminal, output, result, (wide) => lines(result, terminal.style, wide));
  return EXIT.reached;
}

function lines(result: RootCauses, style: Style, wide: boolean): string[] {
  const shown = wide ? result.hypotheses : result.hypotheses.slice(0, SHOWN);
  const missing = result.hypotheses[0]?.missing ?? [];
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
    ...(missing.length + result.notes.length === 0 ? [] : ['']),
    ...missing.map((line) => style('dim', `not there: ${line}`)),
    ...result.notes.map((line) => style('yellow', `left out: ${line}`)),
  ];
}
