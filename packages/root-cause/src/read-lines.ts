// Lines of a large file within a bound of bytes: the whole of a small file, evenly spread pieces of a larger one. Reads the disk.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

export type Line = { text: string; at: string };
/** Pieces that a file past the bound is read in, so that the time before the incident and the incident are both seen. */
const PIECES = 24;
const LONGEST = 1 << 20;

/** Yields lines with their place ("line 7", or "byte 123" where not all was read); `left(bytes)` is told what was not read. */
export async function* readLines(file: string, maxBytes: number, left: (bytes: number) => void): AsyncGenerator<Line> {
  const { size } = await stat(file);
  if (size <= maxBytes) {
    yield* linesOf(file, 0, size, (number) => `line ${number}`);
    return;
  }
  left(size - maxBytes);
  const piece = Math.floor(maxBytes / PIECES);
  for (let i = 0; i < PIECES; i += 1) {
    const from = Math.floor((i * (size - piece)) / (PIECES - 1));
    yield* linesOf(file, from, from + piece, (_, offset) => `byte ${offset}`);
  }
}

async function* linesOf(file: string, from: number, to: number, place: (number: number, offset: number) => string): AsyncGenerator<Line> {
  if (to <= from) return;
  let rest = '';
  let number = 0;
  let offset = from;
  // The first line of a piece in the middle has no beginning, the last one no end: neither is a bad line.
  let partial = from > 0;
  const decoder = new TextDecoder();
  const stream = createReadStream(file, { start: from, end: to - 1, highWaterMark: 1 << 20 });
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const text of parts) {
      number += 1;
      if (partial) partial = false;
      else if (text.trim() !== '') yield { text: text.length > LONGEST ? '' : text, at: place(number, offset) };
      offset += text.length + 1;
    }
    if (rest.length > LONGEST * 4) rest = '';
  }
  if (rest.trim() !== '' && !partial && place(1, 0) === 'line 1') yield { text: rest, at: place(number + 1, offset) };
}
