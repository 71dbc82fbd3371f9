// The agent that holds a step runs its list of suites, and lets others have what it has not begun.
import type { StepContext } from '@awo/agent';
import { parseJson } from '@awo/bus';
import type { Connection } from '@awo/bus';
import { RetryableError, ShareAsk, subjects } from '@awo/contracts';
import type { ShareAnswer, ShareOffer, SuiteResult, SuiteTask } from '@awo/contracts';
import { randomUUID } from 'node:crypto';
import { LEAD, openBook } from './book.ts';
import type { Book } from './book.ts';
import type { Crew } from './crew.ts';
import { runSuite } from './run-suite.ts';
import { OFFER_EVERY_MS, SILENCE_MS } from './times.ts';

/** How this agent reaches the others; left out where there are none. */
export type Sharing = { bus: Pick<Connection, 'nc'>; crew: Crew; instance: string };

type Shared = { results: SuiteResult[]; /** Suites that came back, with who had them and why. */ givenBack: string[] };
type Work = { ctx: StepContext; tasks: readonly SuiteTask[]; onResult: (result: SuiteResult) => void };

/** After the first error of its own no further suite is begun; it is thrown once its running ones have ended, so that none is left behind. */
export async function runTogether(work: Work & { width: number }, sharing: Sharing | null): Promise<Shared> {
  const { ctx, tasks, width, onResult } = work;
  const book = openBook<SuiteResult>(tasks.map(({ suite }) => suite));
  const errors: unknown[] = [];
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const go of waiting) go();
    waiting.clear();
  };
  const change = () => new Promise<void>((resolve) => waiting.add(resolve));
  const isOver = () => errors.length > 0 || book.isOver();
  const keep = (by: string, result: SuiteResult): boolean => {
    const first = book.done(by, result.suite, result);
    if (first) onResult(result);
    changed();
    return first;
  };
  const runOne = async (suite: string) => {
    const task = tasks.find((one) => one.suite === suite);
    if (!task) return;
    const end = sharing?.crew.begin();
    try {
      // By the name under which it was asked for, or a server that answers under another one would keep the step waiting for ever.
      keep(LEAD, { ...(await runSuite(ctx, task)), suite, ...(sharing ? { by: sharing.instance } : {}) });
    } catch (error) {
      errors.push(error);
      changed();
    } finally {
      end?.();
    }
  };
  const worker = async () => {
    while (!isOver()) {
      const suite = book.take(LEAD, performance.now());
      // What is left is in others' hands: it may come back.
      await (suite === null ? change() : runOne(suite));
    }
  };
  const stop = () => {
    errors.push(new RetryableError('tool-unavailable', 'The agent that holds the step stops.', 0));
    changed();
  };
  ctx.signal.addEventListener('abort', stop);
  const workers = Promise.all(Array.from({ length: Math.min(width, tasks.length) }, worker));
  // Only now it shows what it cannot begin itself: where it can begin all of it, nothing is said on the bus.
  const table = sharing && book.left() > 0 ? openTable({ ...work, book, isOver, keep, changed }, sharing) : null;
  try {
    // Where an agent that was given up hands in its result after all, the second run of that suite is not waited for.
    await Promise.race([workers, over()]);
  } finally {
    table?.close();
    ctx.signal.removeEventListener('abort', stop);
  }
  if (errors.length > 0) throw errors[0];
  return { results: book.results(), givenBack: table?.givenBack ?? [] };

  async function over(): Promise<void> {
    while (!book.isOver()) await change();
  }
}

type Table = Work & { book: Book<SuiteResult>; isOver: () => boolean; keep: (by: string, result: SuiteResult) => boolean; changed: () => void };

/** Offers what is left until it is closed, and answers those who ask. */
function openTable({ ctx, tasks, book, isOver, keep, changed }: Table, { bus, crew, instance }: Sharing): { close: () => void; givenBack: string[] } {
  const share = randomUUID();
  const names = new Map<string, string>();
  const givenBack: string[] = [];
  const note = (by: string, suite: string, why: string) => {
    givenBack.push(`${suite}: ${names.get(by) ?? by} ${why}`);
    changed();
  };
  const answer = (ask: ShareAsk): ShareAnswer => {
    const now = performance.now();
    if (ask.kind === 'take') {
      // This attempt has failed: what is begun now would be begun again by the next one.
      if (isOver()) return { kind: 'nothing' };
      names.set(ask.by, ask.instance);
      const suite = book.take(ask.by, now);
      const task = tasks.find((one) => one.suite === suite);
      const { goal, step, fence, traceparent } = ctx;
      return task ? { kind: 'task', task, goal, step: step.id, fence, ...(traceparent ? { traceparent } : {}) } : { kind: 'nothing' };
    }
    if (ask.kind === 'alive') return { kind: book.heard(ask.by, ask.suite, now) ? 'go-on' : 'drop' };
    if (ask.kind === 'give-back') {
      if (!book.giveBack(ask.by, ask.suite)) return { kind: 'drop' };
      note(ask.by, ask.suite, `gave it back: ${ask.because}`);
      return { kind: 'taken' };
    }
    // It answers for the suite that it was given, whatever its result says.
    const first = keep(ask.by, { ...ask.result, suite: ask.suite, by: names.get(ask.by) ?? ask.by });
    if (first) for (const call of ask.calls) ctx.recordCall?.(call);
    return { kind: first ? 'taken' : 'drop' };
  };
  const questions = bus.nc.subscribe(subjects.shareLead(share), {
    callback: (error, msg) => {
      const ask = error ? null : ShareAsk.safeParse(parseJson(msg.data));
      if (ask) msg.respond(JSON.stringify(ask.success ? answer(ask.data) : ({ kind: 'drop' } satisfies ShareAnswer)));
    },
  });
  const offer = () => {
    const left = book.left();
    const said: ShareOffer = { share, by: crew.id, instance, goal: ctx.goal, step: ctx.step.id, left };
    if (left > 0 && !isOver()) bus.nc.publish(subjects.shareOffer, JSON.stringify(said));
  };
  const tick = setInterval(() => {
    for (const { by, suite } of book.giveUp(performance.now() - SILENCE_MS)) note(by, suite, `was silent for ${SILENCE_MS / 1000} s`);
    offer();
  }, OFFER_EVERY_MS);
  offer();
  return {
    close: () => {
      clearInterval(tick);
      questions.unsubscribe();
    },
    givenBack,
  };
}
