// Keeps the first and the last bytes of a stream, so that a test that prints gigabytes costs a fixed amount of memory.
import { stripVTControlCharacters } from 'node:util';

export type BoundedOutput = {
  push(chunk: Buffer): void;
  /** Head, a line that says how much is missing, tail. Colours and control characters are gone. */
  text(): string;
  truncated(): boolean;
};

export function boundedOutput(headBytes: number, tailBytes: number): BoundedOutput {
  const head: Buffer[] = [];
  let headSize = 0;
  let tail: Buffer[] = [];
  let tailSize = 0;
  let dropped = 0;
  return {
    push(chunk) {
      const room = headBytes - headSize;
      const first = chunk.subarray(0, Math.max(0, room));
      if (first.length > 0) head.push(Buffer.from(first));
      headSize += first.length;
      const rest = chunk.subarray(first.length);
      if (rest.length === 0) return;
      tail.push(Buffer.from(rest));
      tailSize += rest.length;
      if (tailSize < 2 * tailBytes) return;
      const joined = Buffer.concat(tail);
      dropped += joined.length - tailBytes;
      tail = [joined.subarray(joined.length - tailBytes)];
      tailSize = tailBytes;
    },
    text() {
      const end = Buffer.concat(tail);
      const last = end.subarray(Math.max(0, end.length - tailBytes));
      const missing = dropped + end.length - last.length;
      const note = missing > 0 ? `\n[... ${missing} bytes left out ...]\n` : '';
      return plain(Buffer.concat(head).toString('utf8') + note + last.toString('utf8'));
    },
    truncated: () => dropped > 0 || tailSize > tailBytes,
  };
}

/** Text without colours and control characters, line ends as `\n`. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    // A NUL or escape left over would make six bytes of JSON each.
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');
