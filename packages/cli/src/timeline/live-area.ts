// The lines at the bottom of a terminal that are redrawn: what runs now, since when, on which numbers. Pure.
import type { GoalState } from '@awo/contracts';
import { duration } from '../output/quantities.ts';
import { numbersLines, numbersOf } from '../story/comparison.ts';
import { stepTitle } from '../story/words.ts';
import { running } from './entries.ts';
import type { Entry } from './entries.ts';
import { beside, head } from './lines.ts';
import type { Layout } from './lines.ts';

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
export const FRAME_MS = 100;

export type Held = Extract<Entry, { kind: 'held' }>;

/** `held` is the last look of each step that waits. */
export function liveLines(state: GoalState, held: ReadonlyMap<string, Held>, now: number, layout: Layout): string[] {
  if (state.ended) return [];
  const { style } = layout;
  const spinner = style('cyan', SPINNER[Math.floor(now / FRAME_MS) % SPINNER.length] ?? '');
  const lines = running(state).flatMap((step) => {
    const look = held.get(step.id);
    const took = step.startedAt ? duration(Math.max(0, now - Date.parse(step.startedAt))) : '';
    const first = head(layout, undefined, 'dispatched', step.role, stepTitle(step), took).replace('▸', spinner);
    if (!look) return beside(layout, first, [{ text: step.because, dim: true }]);
    const numbers = numbersOf(look.decision.figures);
    return beside(layout, first, [
      { text: `${look.decision.because}, look ${look.looks}` },
      ...(numbers ? numbersLines(numbers).map((text) => ({ text, dim: true })) : []),
    ]);
  });
  const settled = state.steps.filter((s) => s.status !== 'waiting' && s.status !== 'dispatched').length;
  const summary = `${settled} of ${state.steps.length} steps settled, ${duration(Math.max(0, now - Date.parse(state.acceptedAt)))} since it was accepted`;
  return ['', ...lines, style('dim', `          ${summary}`)];
}
