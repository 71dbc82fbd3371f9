// awo incident: the report after an incident, as a page, a document or data.
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { htmlOf, markdownOf, textOf } from '../incident/render.ts';
import { reportOf } from '../incident/report.ts';
import { print } from '../output/print.ts';
import { proseOf } from '../proposals/prose.ts';
import { withSession } from '../session.ts';
import { commitsOf } from './commits-of.ts';

/** Throws RefusedError for a goal that is no incident. */
export const incident = (context: CliContext, wanted: string): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const goal = await findGoal(bus, wanted);
    const report = reportOf(await commitsOf(bus, goal));
    if (!report) throw new RefusedError(`${goal} is no incident.`, 'Incidents are goals of kind remediate: awo ps lists them.');
    const { terminal, format, document } = context;
    const prose = await proseOf(context, report);
    if (document === 'html') terminal.out(htmlOf(report, prose));
    else if (document === 'md') terminal.out(markdownOf(report, prose));
    else await print(terminal, format, { ...report, ...(prose ? { prose } : {}) }, () => textOf(report, prose));
    return EXIT.reached;
  });
