// Colours and marks: on a terminal that wants them, else plain text. Pure but for the look at the stream.
import { styleText } from 'node:util';

export type Format = Parameters<typeof styleText>[0];
export type Style = (format: Format, text: string) => string;

export const plainStyle: Style = (_format, text) => text;
const colourStyle: Style = (format, text) => styleText(format, text, { validateStream: false });

type Stream = { isTTY?: boolean; hasColors?: (count?: number, env?: object) => boolean };

/** Colours only on a terminal; NO_COLOR (no-color.org) and TERM=dumb are respected. */
export function styleFor(stream: Stream, env: Readonly<Record<string, string | undefined>>): Style {
  if (env['NO_COLOR']) return plainStyle;
  return stream.isTTY && stream.hasColors?.(16, { ...env }) ? colourStyle : plainStyle;
}

export const MARKS = { passed: '✓', failed: '✗', skipped: '–', cancelled: '–', held: '…', waiting: '·', dispatched: '▸', note: '•' } as const;
export type Mark = keyof typeof MARKS;

const MARK_FORMATS: Record<Mark, Format> = {
  passed: 'green',
  failed: 'red',
  skipped: 'dim',
  cancelled: 'yellow',
  held: 'yellow',
  waiting: 'dim',
  dispatched: 'cyan',
  note: 'cyan',
};
export const mark = (style: Style, kind: Mark): string => style(MARK_FORMATS[kind], MARKS[kind]);
