// awo diagnose: ranks the causes of an incident from a folder of evidence. Needs nothing that runs.
import { resolve } from 'node:path';
import type { RootCauses } from '@awo/contracts';
import { diagnose as rank, htmlOf, markdownOf, readEvidence } from '@awo/root-cause';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../output/print.ts';
import type { Style } from '../output/style.ts';

export type DiagnoseOptions = { evidence: string };
const SHOWN = 5;

/** Ends with 0 whatever the verdict is: that nothing was found is an answer. */
export async function diagnose({ terminal, cwd, format, document }: CliContext, { evidence }: DiagnoseOptions): Promise<ExitCode> {
  if (document === 'mermaid') throw new UsageError('-o mermaid is not for this command.', 'It prints json, yaml, wide, md and html.');
  const result = rank(await readEvidence(resolve(cwd, evidence)));
  if (document === 'md') terminal.out(markdownOf(result));
  else if (document === 'html') terminal.out(htmlOf(result));
  else await print(terminal, format, result, (wide) => lines(result, terminal.style, wide));
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
