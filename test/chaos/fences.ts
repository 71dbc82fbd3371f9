// What each worker asks for, with which fence, and when it reached the bus; afterwards, which of it came too late and took effect all the same.
import { ToolRequest } from '@awo/contracts';
import { readLedger } from './ledger.ts';
import type { Effect } from './ledger.ts';
import type { Frame } from './nats-frames.ts';
import type { Member } from './world.ts';

/** `at`: when the bus could hear it; null while it is held back. */
type Asked = { worker: string; place: string; fence: number; attempt: number; at: number | null };

export type Fences = {
  /** The goal for which this worker next begins to act; null: for none within this time. */
  nextAsk: (worker: Member, withinMs: number) => Promise<string | null>;
  /** Cuts a worker off, with its connections open. */
  hold: (worker: Member) => void;
  release: (worker: Member) => void;
  /** `old`: asked for when the effect of a later holder of the step had taken place. */
  judge: (ledgerFile: string) => { asked: number; old: number; violations: string[] };
};

export function watchFences(workers: readonly Member[]): Fences {
  const asked = new Map<string, Asked>();
  const held = new Set<Member>();
  const waiting = new Map<Member, (goal: string) => void>();
  for (const worker of workers) {
    worker.proxy.watch((frame) => {
      const request = requestIn(frame);
      if (request?.goal) {
        const { goal, step, action, fence, attempt = 1 } = request;
        const at = held.has(worker) ? null : Date.now();
        asked.set(`${goal}.${step}.${action}`, { worker: worker.name, place: `${goal}.${step}`, fence, attempt, at });
        if (action.endsWith('-first')) waiting.get(worker)?.(goal);
      }
      return 'pass';
    });
  }
  return {
    nextAsk: (worker, withinMs) =>
      new Promise((resolve) => {
        const end = (goal: string | null) => {
          clearTimeout(timer);
          waiting.delete(worker);
          resolve(goal);
        };
        const timer = setTimeout(() => end(null), withinMs);
        waiting.set(worker, end);
      }),
    hold: (worker) => {
      held.add(worker);
      worker.proxy.hold();
    },
    release: (worker) => {
      held.delete(worker);
      for (const one of asked.values()) if (one.worker === worker.name) one.at ??= Date.now();
      worker.proxy.release();
    },
    judge: (ledgerFile) => heldAgainst(asked, readLedger(ledgerFile)),
  };
}

function requestIn(frame: Frame): ToolRequest | null {
  return frame.subject?.startsWith('awo.tool.') ? ToolRequest.parse(JSON.parse(bodyOf(frame))) : null;
}

/** Without the headers, where there are some. */
const bodyOf = (frame: Frame) => frame.text().slice(frame.text().indexOf('{'));

const isOlder = (a: Asked, b: Asked) => a.fence < b.fence || (a.fence === b.fence && a.attempt < b.attempt);

/** Clear of any race: what counts is only a call that set out after a later holder's effect stood in the ledger. */
function heldAgainst(asked: ReadonlyMap<string, Asked>, ledger: readonly Effect[]): { asked: number; old: number; violations: string[] } {
  const effectAt = new Map(ledger.map(({ key, at }) => [key, at]));
  const byPlace = Map.groupBy(asked.entries(), ([, { place }]) => place);
  const violations: string[] = [];
  let old = 0;
  for (const [key, call] of asked) {
    const overtaken = byPlace.get(call.place)?.find(([other, later]) => {
      const stood = effectAt.get(other);
      return isOlder(call, later) && stood !== undefined && call.at !== null && call.at > stood;
    });
    if (!overtaken) continue;
    old++;
    const [, { worker, fence, attempt }] = overtaken;
    if (effectAt.has(key))
      violations.push(`${key} of ${call.worker} was accepted with fence ${call.fence}.${call.attempt}, when ${worker} had acted with ${fence}.${attempt}`);
  }
  return { asked: asked.size, old, violations };
}
