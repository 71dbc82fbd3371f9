// awo trace: the span tree of a goal, drawn from the log alone.
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { print } from '../output/print.ts';
import { withSession } from '../session.ts';
import { spansOf } from '../story/spans.ts';
import { waterfall } from '../story/waterfall.ts';
import { commitsOf } from './commits-of.ts';

const UNBOUND_COLUMNS = 140;

export const trace = (context: CliContext, wanted: string): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const { terminal, format } = context;
    const root = spansOf(await commitsOf(bus, await findGoal(bus, wanted)), Date.now());
    await print(terminal, format, root, () => (root ? waterfall(root, terminal.style, Math.min(terminal.columns(), UNBOUND_COLUMNS)) : []));
    return EXIT.reached;
  });
