// The redrawn area of a real terminal, by log-update.
import type { WriteStream } from 'node:tty';
import { createLogUpdate } from 'log-update';
import type { Screen } from './timeline.ts';

/** Lines given to `above` stay; the area below is replaced by each `draw`. */
export function openScreen(stream: WriteStream): Screen {
  const update = createLogUpdate(stream, { showCursor: false });
  let area: readonly string[] = [];
  return {
    draw: (lines) => {
      area = lines;
      update(lines.join('\n'));
    },
    above: (lines) => {
      if (lines.length === 0) return;
      update.clear();
      stream.write(`${lines.join('\n')}\n`);
      update(area.join('\n'));
    },
    close: () => {
      update.clear();
      update.done();
    },
  };
}
