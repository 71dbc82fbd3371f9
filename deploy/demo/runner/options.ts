// What `npm start --` understands.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Root of this checkout. */
export const CHECKOUT = resolve(import.meta.dirname, '../../..');

export type Options = { home: string; once: boolean; variant: number | null };

export const USAGE = `npm start                      the demo; things stay up until Ctrl-C
npm start -- --once            the demo, then everything ends
npm start -- --variant SEED    another shop, with changes and a fault drawn from SEED
npm start -- --home DIR        keep the state there (default: AWO_HOME, else .awo in the checkout)`;

/** Throws with what was wrong and the forms there are. */
export function parseOptions(args: string[], env: Readonly<Record<string, string | undefined>>): Options | 'help' {
  const { values } = readArgs(args);
  if (values.help) return 'help';
  const variant = values.variant === undefined ? null : Number(values.variant);
  if (variant !== null && !Number.isSafeInteger(variant)) throw new Error(`--variant takes a whole number, not "${values.variant}".\n${USAGE}`);
  return { home: resolve(values.home ?? env.AWO_HOME ?? join(CHECKOUT, '.awo')), once: values.once, variant };
}

function readArgs(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        once: { type: 'boolean', default: false },
        variant: { type: 'string' },
        home: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}
