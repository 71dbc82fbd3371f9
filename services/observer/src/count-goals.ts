// Counts goals: reads each commit of the log once, and remembers how far it got over restarts.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseLogSubject, subjects } from '@awo/contracts';
import { parseJson, storedMessages } from '@awo/bus';
import type { Bus } from '@awo/bus';
import type { Logger } from '@awo/telemetry';
import { Census, takeIn } from './census.ts';
import type { OpenGoal } from './census.ts';

const LOOK_EVERY_MS = 1000;
const REMEMBER_EVERY_MS = 30_000;

export type Counting = {
  open: () => Iterable<OpenGoal>;
  ended: () => Iterable<[outcome: string, goals: number]>;
  /** Commits that are in the log and not yet counted, as of the last look. */
  lag: () => number;
  /** Resolves when `signal` has aborted and what was counted is remembered. */
  done: Promise<void>;
};

export type CountOptions = {
  /** Where the census is remembered; null: every start reads the log from its beginning. */
  file: string | null;
  signal: AbortSignal;
  log: Logger;
};

export function countGoals(bus: Bus, { file, signal, log }: CountOptions): Counting {
  const open = new Map<string, OpenGoal>();
  const ended = new Map<string, number>();
  let stream = '';
  let seq = 1;
  let last = 0;

  const begin = (created: string, remembered: Census | null) => {
    open.clear();
    ended.clear();
    stream = created;
    seq = remembered?.seq ?? 1;
    for (const goal of remembered?.open ?? []) open.set(goal.goal, goal);
    for (const [outcome, goals] of Object.entries(remembered?.ended ?? {})) ended.set(outcome, goals);
  };
  const look = async () => {
    const { state, created } = await bus.jsm.streams.info('GOALS');
    if (created !== stream || state.last_seq + 1 < seq) {
      const remembered = file === null ? null : recall(file);
      begin(created, remembered?.stream === created && remembered.seq <= state.last_seq + 1 ? remembered : null);
    }
    last = state.last_seq;
    for await (const message of storedMessages(bus, 'GOALS', subjects.allLogs, Math.max(seq, state.first_seq))) {
      takeIn(open, ended, parseLogSubject(message.subject).goal, parseJson(message.data));
      seq = message.seq + 1;
      if (signal.aborted) return;
    }
    seq = Math.max(seq, last + 1);
  };
  const remember = () => {
    if (file === null || stream === '') return;
    const census: Census = { v: 1, stream, seq, ended: Object.fromEntries(ended), open: [...open.values()] };
    writeFileSync(`${file}.new`, JSON.stringify(census), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };

  const done = (async () => {
    let rememberedAt = Date.now();
    while (!signal.aborted) {
      // The server may be away: what is counted stays, the lag grows when it is back.
      await look().catch((error: unknown) => log.warn({ err: error }, 'the log cannot be read now'));
      if (Date.now() - rememberedAt > REMEMBER_EVERY_MS) {
        remember();
        rememberedAt = Date.now();
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    remember();
  })();
  return { open: () => open.values(), ended: () => ended.entries(), lag: () => Math.max(0, last + 1 - seq), done };
}

/** What an earlier process had counted; null where that cannot be read: then it is counted again. */
function recall(file: string): Census | null {
  try {
    return Census.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
