// Joins in: while this agent has free cores and memory it runs suites of steps that other agents hold.
import { randomUUID } from 'node:crypto';
import { askTools } from '@awo/agent';
import { parseJson } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { ShareAnswer, ShareOffer, subjects } from '@awo/contracts';
import type { ShareAsk, ToolCall } from '@awo/contracts';
import { contextFrom } from '@awo/telemetry';
import type { Logger } from '@awo/telemetry';
import type { Crew } from './crew.ts';
import { runSuite } from './run-suite.ts';
import { ALIVE_EVERY_MS, ANSWER_WITHIN_MS, SILENCE_MS } from './times.ts';

type Runtime = { bus: Bus; signal: AbortSignal; log: Logger; instance: string };
type Given = Extract<ShareAnswer, { kind: 'task' }>;

/** Until `signal` aborts; then gives back at once what it has. */
export async function joinIn(crew: Crew, { bus, signal, log, instance }: Runtime): Promise<void> {
  const running = new Set<Promise<void>>();
  const track = (work: Promise<void>) => {
    running.add(work);
    void work.catch((error: unknown) => log.warn({ err: error }, 'could not take part')).finally(() => running.delete(work));
  };
  const takePart = async (offer: ShareOffer): Promise<void> => {
    while (!signal.aborted) {
      const leave = crew.room();
      if (!leave) return;
      try {
        const answer = await askLead(bus, offer.share, { kind: 'take', by: crew.id, instance });
        if (answer?.kind !== 'task') return;
        // As many side by side as there is room for.
        track(takePart(offer));
        await carry(offer, answer);
      } finally {
        leave();
      }
    }
  };
  const carry = async ({ share, instance: lead }: ShareOffer, { task, goal, step, fence, traceparent }: Given): Promise<void> => {
    const { suite } = task;
    const by = crew.id;
    const dropped = new AbortController();
    let heardMs = performance.now();
    const tell = async () => {
      const answer = await askLead(bus, share, { kind: 'alive', by, suite });
      if (answer?.kind === 'go-on') heardMs = performance.now();
      // Nobody is there any more who wants it: the step is over or somebody else's, and its agent gives out suites anew.
      else if (answer?.kind === 'drop' || performance.now() - heardMs > SILENCE_MS) dropped.abort();
    };
    const alive = setInterval(() => void tell(), ALIVE_EVERY_MS);
    const calls: ToolCall[] = [];
    const both = AbortSignal.any([signal, dropped.signal]);
    const { call } = askTools({
      bus,
      goal,
      step,
      fence,
      trace: contextFrom(traceparent),
      onCall: (one) => calls.push(one),
      signal: both,
      now: () => new Date(),
    });
    log.info({ goal, step, suite, lead }, 'takes part');
    try {
      const result = await runSuite({ call, putEvidence: (content) => bus.evidence.put(content) }, task);
      await handOver(share, { kind: 'done', by, suite, result, calls });
    } catch (error) {
      if (dropped.signal.aborted) return log.info({ goal, step, suite, lead }, 'nobody waits for this suite any more');
      const because = signal.aborted ? 'it stops' : (error instanceof Error ? error.message : String(error)).slice(0, 300);
      log.info({ goal, step, suite, because }, 'gives a suite back');
      await askLead(bus, share, { kind: 'give-back', by, suite, because });
    } finally {
      clearInterval(alive);
    }
  };
  /** A result is worth some patience: the bus may be away for a moment. Its agent has given this suite up by then. */
  const handOver = async (share: string, result: ShareAsk): Promise<void> => {
    const since = performance.now();
    while ((await askLead(bus, share, result)) === null && performance.now() - since < SILENCE_MS)
      await new Promise((resolve) => setTimeout(resolve, ALIVE_EVERY_MS));
  };
  const offers = bus.nc.subscribe(subjects.shareOffer, {
    callback: (error, msg) => {
      const offer = error ? null : ShareOffer.safeParse(parseJson(msg.data));
      if (offer?.success && offer.data.by !== crew.id) track(takePart(offer.data));
    },
  });
  await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())));
  offers.unsubscribe();
  while (running.size > 0) await Promise.allSettled(running);
}

/** Null: nobody answered, or nothing that can be read. */
async function askLead({ nc }: Pick<Bus, 'nc'>, share: string, ask: ShareAsk): Promise<ShareAnswer | null> {
  try {
    const options = { timeout: ANSWER_WITHIN_MS, noMux: true, reply: subjects.shareAnswer(randomUUID()) };
    const answer = await nc.request(subjects.shareLead(share), JSON.stringify(ask), options);
    const parsed = ShareAnswer.safeParse(parseJson(answer.data));
    return parsed.success ? parsed.data : null;
  } catch {
    // Gone, or the bus is away: to whoever waits for an answer it is the same.
    return null;
  }
}
