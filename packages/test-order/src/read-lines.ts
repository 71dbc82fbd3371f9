// Reads JSON lines as they arrive; a wrong one is refused with its place, its value and what was expected. Pure.
import { TerminalError } from '@awo/contracts';
import type { z } from 'zod';

/** Longer than any real line: a file without line ends is refused before it fills the memory. */
const MAX_LINE = 32 * 1024 * 1024;
const SHOWN = 80;

/** Yields the parsed lines of `chunks`. `name` is what messages call the file. Throws TerminalError `bad-message`. */
export async function* readLines<T>(chunks: AsyncIterable<string | Uint8Array>, schema: z.ZodType<T>, name: string): AsyncGenerator<T> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let line = 0;
  for await (const chunk of chunks) {
    const parts = (rest + decode(decoder, chunk, `${name}:${line + 1}`)).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > MAX_LINE) throw refusal(`${name}:${line + parts.length + 1}`, `a line of more than ${MAX_LINE} characters`, 'one JSON object per line');
    for (const text of parts) {
      line += 1;
      if (text.trim() !== '') yield parseLine(text, schema, `${name}:${line}`);
    }
  }
  if (rest.trim() !== '') yield parseLine(rest, schema, `${name}:${line + 1}`);
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: string | Uint8Array, place: string): string {
  if (typeof chunk === 'string') return chunk;
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw refusal(place, 'bytes that are not UTF-8', 'text in UTF-8');
  }
}

function parseLine<T>(text: string, schema: z.ZodType<T>, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal(place, shown(text), 'one JSON object per line');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const found = path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value);
  throw refusal(place, `${path.join('.') || 'the line'} is ${shown(JSON.stringify(found) ?? 'missing')}`, issue?.message ?? 'another value');
}

const shown = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`);

const refusal = (place: string, found: string, expected: string): TerminalError =>
  new TerminalError('bad-message', `${place}: ${found}; expected: ${expected}.`, 'The forms of the files are in docs/test-order.md.');
