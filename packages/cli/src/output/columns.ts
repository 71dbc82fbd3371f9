// Aligned columns, wrapped text, truncation: by what a terminal shows, not by code units. Pure.
import { stripVTControlCharacters } from 'node:util';

/** Cells that a text takes on the terminal. */
export const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length;

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** Cuts plain text to `width` cells, the last one being an ellipsis. */
export function cut(text: string, width: number): string {
  const cells = [...text];
  return cells.length <= width ? text : `${cells.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Splits plain text at blanks into lines of at most `width` cells; words longer than that stay whole. */
export function wrap(text: string, width: number): string[] {
  // What fits keeps its inner blanks: figures are aligned by them.
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}

export type Column = { head: string; align?: 'left' | 'right' };

/** A table with one heading line; the last column is not padded. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths = columns.map((column, i) => Math.max(widthOf(column.head), ...rows.map((row) => widthOf(row[i] ?? ''))));
  const line = (cells: readonly string[]) =>
    indent +
    columns
      .map((column, i) => {
        const cell = cells[i] ?? '';
        if (column.align === 'right') return padStart(cell, widths[i] ?? 0);
        return i === columns.length - 1 ? cell : padEnd(cell, widths[i] ?? 0);
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map((c) => c.head)), ...rows.map(line)];
}
