// Lines of a large file within a bound of bytes: the whole of a small file, evenly spread pieces of a larger one. Reads the disk.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Lines that were read together, because a step per line costs more than the line; `at` names the place of one. */
export type Lines = { texts: string[]; at: (index: number) => string };
/** Pieces that a file past the bound is read in, so that the time before the incident and the incident are both seen. */
const PIECES = 24;
const LONGEST = 1 << 20;

/** Yields lines with their place ("line 7", or "byte 123" where not all was read); `left(bytes)` is told what was not read. */
export async function* readLines(file: string, maxBytes: number, left: (bytes: number) => void): AsyncGenerator<Lines> {
  const { size } = await stat(file);
  if (size <= maxBytes) {
    yield* linesOf(file, 0, size, true);
    return;
  }
  left(size - maxBytes);
  const piece = Math.floor(maxBytes / PIECES);
  for (let i = 0; i < PIECES; i += 1) {
    const from = Math.floor((i * (size - piece)) / (PIECES - 1));
    yield* linesOf(file, from, from + piece, false);
  }
}

async function* linesOf(file: string, from: number, to: number, isWhole: boolean): AsyncGenerator<Lines> {
  if (to <= from) return;
  let rest = '';
  let number = 0;
  let offset = from;
  // The first line of a piece in the middle has no beginning, the last one no end: neither is a bad line.
  let partial = from > 0;
  const decoder = new TextDecoder();
  const stream = createReadStream(file, { start: from, end: to - 1, highWaterMark: 1 << 20 });
  for await (const chunk of stream) {
    const texts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = texts.pop() ?? '';
    const [first, start] = [number, offset];
    number += texts.length;
    offset += texts.reduce((sum, text) => sum + text.length + 1, 0);
    const cut = partial ? (texts[0]?.length ?? 0) : 0;
    if (partial && texts.length > 0) {
      texts[0] = '';
      partial = false;
    }
    for (const [i, text] of texts.entries()) if (text.length > LONGEST) texts[i] = '{"too long';
    yield { texts, at: (i) => (isWhole ? `line ${first + i + 1}` : `byte ${start + cut + texts.slice(0, i).reduce((sum, text) => sum + text.length + 1, 0)}`) };
    if (rest.length > LONGEST * 4) rest = '';
  }
  if (rest.trim() !== '' && !partial && isWhole) yield { texts: [rest], at: () => `line ${number + 1}` };
}
