// What a command prints: text for people, or the same data as JSON or YAML for programs.
import type { Screen } from '../timeline/timeline.ts';
import type { Style } from './style.ts';

export const FORMATS = ['json', 'yaml', 'wide'] as const;
export type OutputFormat = (typeof FORMATS)[number];
/** Whole documents: only some commands can make them. */
export const DOCUMENTS = ['md', 'mermaid', 'html'] as const;
export type DocumentFormat = (typeof DOCUMENTS)[number];

/** Where output goes. `columns` is Infinity where lines are not to be wrapped. */
export type Terminal = {
  out: (line: string) => void;
  err: (line: string) => void;
  isTty: boolean;
  columns: () => number;
  style: Style;
  /** Opens the redrawn area; undefined where output is not a terminal or CI is set. */
  screen?: () => Promise<Screen>;
};

/** Prints data: `text` gives the lines for people, and is not called for programs. */
export async function print(terminal: Terminal, format: OutputFormat | undefined, data: unknown, text: (wide: boolean) => Iterable<string>): Promise<void> {
  if (format === 'json') return terminal.out(JSON.stringify(data, null, 2));
  if (format === 'yaml') {
    const { stringify } = await import('yaml');
    // Through JSON first: undefined fields are left out in the same way in both formats.
    return terminal.out(stringify(JSON.parse(JSON.stringify(data)), { lineWidth: 0 }).trimEnd());
  }
  for (const line of text(format === 'wide')) terminal.out(line);
}
