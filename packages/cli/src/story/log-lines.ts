// The log as a conversation: one line per commit, who to whom, what happened in words. Pure.
import { parseLogSubject } from '@awo/contracts';
import type { Commit } from '@awo/contracts';
import { padEnd } from '../output/columns.ts';
import { clock } from '../output/quantities.ts';
import type { Style } from '../output/style.ts';
import { eventWords, stepTitle } from './words.ts';

export type Logged = { commit: Commit; subject: string; seq: number };

const WHO_WIDTH = 9;

/** `12:03:04.120  impact    → planner    ...`. A hand-over that the arrow already shows is not repeated. */
export function logLine({ commit, subject }: Logged, style: Style): string {
  const { from, to } = parseLogSubject(subject);
  const titles = new Map(commit.state.steps.map((s) => [s.id, stepTitle(s)]));
  const words = commit.events.map((event) => eventWords(event, (id) => titles.get(id) ?? id));
  const arrow = `${style('cyan', padEnd(from, WHO_WIDTH))} ${style('dim', '→')} ${style(to === 'nobody' ? 'dim' : 'cyan', padEnd(to, WHO_WIDTH))}`;
  return `${style('dim', clock(commit.at, true))}  ${arrow}  ${words.join('; ')}`;
}

/** A commit as programs get it. */
export const logRecord = ({ commit, subject, seq }: Logged) => ({ seq, subject, ...parseLogSubject(subject), commit });
