// Shows a goal while it happens: settled lines above, on a terminal one redrawn area below.
import type { Commit, GoalState } from '@awo/contracts';
import type { Terminal } from '../output/print.ts';
import { entriesOf } from './entries.ts';
import { holdFilter } from './holds.ts';
import { FRAME_MS, liveLines } from './live-area.ts';
import type { Held } from './live-area.ts';
import { linesOf } from './lines.ts';

/** Redraws the area at the bottom. */
export type Screen = { draw: (lines: readonly string[]) => void; above: (lines: readonly string[]) => void; close: () => void };

export type Timeline = { show: (commit: Commit) => void; close: () => void };

/** `screen` undefined: plain lines, one after the other, for files, pipes and CI. `prefix` stands before each line where several goals are shown. */
export function openTimeline(terminal: Terminal, screen?: Screen, prefix = ''): Timeline {
  let state: GoalState | undefined;
  const held = new Map<string, Held>();
  const worthALine = holdFilter();
  const layout = () => ({ style: terminal.style, columns: terminal.columns() - prefix.length });
  const redraw = () => state && screen?.draw(liveLines(state, held, Date.now(), layout()));
  const ticking = screen && setInterval(redraw, FRAME_MS);
  return {
    show: (commit) => {
      const entries = entriesOf(state, commit);
      state = commit.state;
      const lines: string[] = [];
      for (const entry of entries) {
        if (entry.kind === 'held') held.set(entry.step, entry);
        if (entry.kind === 'settled') held.delete(entry.step);
        if (entry.kind === 'held' && screen) continue;
        if (worthALine(entry)) lines.push(...linesOf(entry, layout()).map((line) => prefix + line));
      }
      if (screen) screen.above(lines);
      else for (const line of lines) terminal.out(line);
      redraw();
    },
    close: () => {
      clearInterval(ticking);
      screen?.close();
    },
  };
}
